"""The game `keydoor`."""
