"""Checks of a game's contract, for those who write games."""
