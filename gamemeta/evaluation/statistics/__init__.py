"""Scores, intervals and what is computed from them."""
