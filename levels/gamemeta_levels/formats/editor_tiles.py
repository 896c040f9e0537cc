"""The picture of our tiles that lies beside maps for editors: all tile codes in a row, from the left."""

from pathlib import Path

from gamemeta_levels.level import Level

SIDE = 16
"""Of a tile, pixels."""
NAME = "gamemeta-tiles.png"
"""Of the picture beside a level file."""
_PICTURE = Path(__file__).with_name("tiles.png")


def neighbours(level: Level) -> dict[str, bytes]:
    """The picture that a map of our tiles needs beside it."""
    return {NAME: picture()}


def picture() -> bytes:
    """The PNG, tiles of 16 pixels without what lies below them."""
    return _PICTURE.read_bytes()
