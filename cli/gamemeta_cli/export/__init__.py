"""The command `gamemeta export`."""
