"""A memory addressed by keys."""
