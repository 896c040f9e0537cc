"""The runtime's network in NumPy: the reference that every other form is held against."""
