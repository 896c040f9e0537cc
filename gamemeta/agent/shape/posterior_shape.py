"""What training and acting agree on about posteriors."""

WIDEST = 6.0
"""Bound of a log variance."""
