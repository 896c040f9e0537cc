"""Maps of dungeons: rooms, ways and things."""
