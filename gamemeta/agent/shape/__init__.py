"""What training and acting agree on: sizes, weights by name, normalised inputs."""
