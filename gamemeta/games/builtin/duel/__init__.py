"""The game `duel`."""
