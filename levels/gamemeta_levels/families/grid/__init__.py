"""Levels of the game `grid`."""
