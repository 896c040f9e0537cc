"""Sessions of play, matches, pictures and animations."""
