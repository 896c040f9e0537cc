"""Compiled arithmetic that training and acting share."""
