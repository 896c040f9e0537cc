"""Levels of the game `corridor`."""
