"""Levels of the game `darkroom`."""
