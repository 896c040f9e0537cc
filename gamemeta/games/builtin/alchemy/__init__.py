"""The game `alchemy`."""
