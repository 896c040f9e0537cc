"""Games without a map of tiles: shown by their own pictures, or by their text."""
