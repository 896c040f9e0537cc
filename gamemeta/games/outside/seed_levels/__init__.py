"""Levels that are a seed, and variations of an environment."""
