"""The game `tag`."""
