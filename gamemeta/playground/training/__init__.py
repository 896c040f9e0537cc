"""A training that goes on behind a page: its figures, the agent as it is now, stopping and going on."""
