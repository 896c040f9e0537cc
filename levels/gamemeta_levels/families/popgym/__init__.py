"""Levels of the games `popgym/...`."""
