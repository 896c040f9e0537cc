"""Definitions that training and acting share: sizes, weights by name, normalised inputs."""
