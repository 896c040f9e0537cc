"""The game `forage`."""
