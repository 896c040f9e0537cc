"""A posterior over a latent, between memory and policy."""
