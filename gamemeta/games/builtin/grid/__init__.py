"""The game `grid`."""
