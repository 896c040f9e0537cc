"""Levels of the game `alchemy`."""
