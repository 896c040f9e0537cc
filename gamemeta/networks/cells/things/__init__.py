"""A memory of what every kind of thing in view led to."""
