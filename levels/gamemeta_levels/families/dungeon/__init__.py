"""Levels of the game `dungeon`."""
