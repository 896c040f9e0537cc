"""The game `darkroom`."""
