"""PettingZoo's parallel environments as games."""
