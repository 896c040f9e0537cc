"""What training and acting agree on about heads of beliefs."""

UNITS = 8
"""Units of the layers that see the marks of a map."""
