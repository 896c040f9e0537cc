"""Levels of the game `bandit`."""
