"""Levels of the game `maze`."""
