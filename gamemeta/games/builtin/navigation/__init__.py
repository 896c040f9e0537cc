"""The game `navigation`."""
