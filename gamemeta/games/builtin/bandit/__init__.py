"""The game `bandit`."""
