"""Memory cells in NumPy, one step at a time."""
