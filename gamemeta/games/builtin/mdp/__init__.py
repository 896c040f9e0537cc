"""The game `mdp`."""
