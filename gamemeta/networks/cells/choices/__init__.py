"""Choices that the observation describes."""
