"""Plain Python classes as games."""
