"""How far the numbers of an action may scatter, in training and in gradient steps."""

LEAST_LOG_STD, MOST_LOG_STD = -5.0, 0.5
"""Bounds of the log of the standard deviation, before numbers are squashed. With one of e^0.5 about 0, the
ends are already likelier than the middle."""
