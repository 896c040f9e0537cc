"""Levels of the game `keydoor`."""
