"""A level file with what is known about how to read it, and the neighbours that it may name."""

import re
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath, PureWindowsPath

from gamemeta_levels.errors import LevelError, shortened
from gamemeta_levels.formats.file_set import FileSet
from gamemeta_levels.formats.files import MAX_BYTES, is_there, read_text, text_of
from gamemeta_levels.formats.limits import MOST_BYTES
from gamemeta_levels.formats.tile_words import TileWords

DEFAULT_FAMILY = "maze"
PART = "#"
"""Between the name of a file and that of a level in it: `world.ldtk#Level_3`."""
LONGEST = 1000
"""Letters of the name of a neighbour."""


@dataclass
class Allowance:
    """How much has been read from the neighbours of a file."""

    letters: int = 0

    def take(self, count: int) -> None:
        """Raises LevelError where it is used up."""
        self.letters += count
        if self.letters > MOST_BYTES:
            raise LevelError(
                f"the files that it names hold over {MOST_BYTES // 1024**2} MiB together. Leave some out, or "
                "make them smaller."
            )


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
    is_neighbour: bool = False
    """Whether another file names it."""
    allowance: Allowance = field(default_factory=Allowance, compare=False, repr=False)
    """For all its neighbours together."""
    files: FileSet | None = field(default=None, compare=False, repr=False)
    """What is read in place of the disk; None for the disk."""

    def __str__(self) -> str:
        return f"{self.path}{PART}{self.part}" if self.part else str(self.path)

    def text(self, most_bytes: int = MAX_BYTES) -> str:
        """The text of the file. Raises LevelError as `read_text`, or where its allowance is used up."""
        text = read_text(self.path, most_bytes) if self.files is None else self._in_memory(most_bytes)
        if self.is_neighbour:
            self.allowance.take(len(text))
        return text

    def _in_memory(self, most_bytes: int) -> str:
        assert self.files is not None
        data = self.files.data(self.path)
        if len(data) > most_bytes:
            raise LevelError(f"{self.path}: it is larger than {most_bytes / 1024**2:g} MiB.")
        return text_of(data, self.path)

    def is_there(self) -> bool:
        """Whether there may be such a file; of those in memory `text` says it."""
        return self.files is not None or is_there(self.path)

    def anew(self) -> "Source":
        """The same, to be read once more."""
        return replace(self, allowance=Allowance())

    def beside(self, name: str) -> "Source":
        """A neighbour that this file names, such as a tileset.

        Args:
            name: as the file has it, relative to its folder.
        Raises:
            LevelError: it lies outside the folder of the file, or outside the root that the user gave.
        """
        if self.files is not None:
            return replace(self, path=self.files.beside(self.path, name), part="", is_neighbour=True)
        plain = name.replace("\\", "/")
        root = (self.words.root or self.path.parent).resolve()
        try:
            path = (self.path.parent / plain).resolve()
            inside = len(plain) <= LONGEST and path.is_relative_to(root)
        except (OSError, ValueError, RuntimeError):  # no name of a file, or links in a circle
            inside = False
        if not plain or PureWindowsPath(plain).anchor or re.match(r"\w+://", plain) or not inside:
            raise LevelError(
                f"it names the file {shortened(name)}, which does not lie in {root}. Copy it there, embed it "
                "in the level, or name a folder that holds both: root, in a file for --tiles."
            )
        return replace(self, path=path, part="", is_neighbour=True)


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
