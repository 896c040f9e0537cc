"""The game `xland`."""
