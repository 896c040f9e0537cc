"""A level file with what is known about how to read it, and the neighbours that it may name."""

import re
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath, PureWindowsPath

from gamemeta_levels.errors import LevelError, shortened
from gamemeta_levels.formats.files import MAX_BYTES, read_text
from gamemeta_levels.formats.tile_words import TileWords

DEFAULT_FAMILY = "maze"
PART = "#"
"""Between the name of a file and that of a level in it: `world.ldtk#Level_3`."""


@dataclass(frozen=True)
class Source:
    """Where a level is read from."""

    path: Path
    part: str = ""
    """Name of the level in a file of several; empty for the only one."""
    family: str = DEFAULT_FAMILY
    """The level family where the file names none."""
    words: TileWords = field(default_factory=TileWords)
    """What the user says that tiles mean."""

    def __str__(self) -> str:
        return f"{self.path}{PART}{self.part}" if self.part else str(self.path)

    def text(self, most_bytes: int = MAX_BYTES) -> str:
        """The text of the file. Raises LevelError as `read_text`."""
        return read_text(self.path, most_bytes)

    def beside(self, name: str) -> "Source":
        """A neighbour that this file names, such as a tileset.

        Args:
            name: as the file has it, relative to its folder.
        Raises:
            LevelError: it lies outside the folder of the file, or outside the root that the user gave.
        """
        plain = name.replace("\\", "/")
        root = (self.words.root or self.path.parent).resolve()
        try:
            path = (self.path.parent / plain).resolve()
            inside = path.is_relative_to(root)
        except (OSError, ValueError, RuntimeError):  # no name of a file, or links in a circle
            inside = False
        if not plain or PureWindowsPath(plain).anchor or re.match(r"\w+://", plain) or not inside:
            raise LevelError(
                f"it names the file {shortened(name)}, which does not lie in {root}. Copy it there, embed it "
                "in the level, or name a folder that holds both: root, in a file for --tiles."
            )
        return replace(self, path=path, part="")


def source_of(word: str | PurePath, suffixes: tuple[str, ...]) -> Source:
    """The file, and the level in it, that a word names: `FILE` or `FILE#LEVEL`.

    Args:
        word: what was typed.
        suffixes: of level files; a `#` behind anything else belongs to the name.
    """
    text = str(word)
    name, mark, part = text.rpartition(PART)
    if mark and name.lower().endswith(suffixes) and not Path(text).exists():
        return Source(Path(name), part)
    return Source(Path(text))
