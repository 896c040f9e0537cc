"""The solver of dungeons."""
