"""Levels of the game `mdp`."""
