"""The game `dungeon`."""
