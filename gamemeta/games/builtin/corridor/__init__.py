"""The game `corridor`."""
