"""Levels of the game `navigation`."""
