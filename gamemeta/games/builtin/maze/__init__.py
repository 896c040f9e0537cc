"""The game `maze`."""
