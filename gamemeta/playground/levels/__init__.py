"""Levels of the playground."""
