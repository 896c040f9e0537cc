"""Reproduction of the games of POPGym."""
