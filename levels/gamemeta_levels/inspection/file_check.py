"""Whether a file holds a level that can be played."""

from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from gamemeta_levels.errors import GamemetaError
from gamemeta_levels.family import pack_level
from gamemeta_levels.formats import NO_WORDS, placed, read_level
from gamemeta_levels.formats.tile_words import TileWords
from gamemeta_levels.inspection.words import drawn_rules_in_words
from gamemeta_levels.level import Level
from gamemeta_levels.registry import family_class
from gamemeta_levels.split import split_of


@dataclass(frozen=True, kw_only=True)
class FileCheck:
    """Whether a file holds a level that can be played."""

    path: str
    level: Level | None
    """The level; None when the file cannot be read."""
    par_steps: int | None
    """Length of the solver's plan in steps; None when there is none."""
    error: str | None
    """Error message; None for a good file."""
    note: str = ""
    """That hidden rules were drawn because the file has none, and what would fix them; else empty."""

    def to_json(self) -> dict[str, Any]:
        """The result as plain values."""
        level = self.level
        return {
            "file": self.path,
            "ok": self.error is None,
            "error": self.error,
            "family": level and level.family,
            "digest": level and level.digest,
            "split": level and split_of(level.content_hash),
            "par_steps": self.par_steps,
            "note": self.note or None,
        }


def check_file(path: str | PurePath, family: str | None = None, words: TileWords = NO_WORDS) -> FileCheck:
    """Read a level file, and solve its level by the family that the file names.

    Args:
        path: a level file.
        family: the level family where the file names none.
        words: what tiles mean, for the files of editors.
    """
    level = None
    try:
        level = read_level(path, family, words)
        family_of_level = family_class(level.family)()
        pack_level(family_of_level, level)
        plan = family_of_level.solve(level)
    except GamemetaError as error:
        message = str(placed(path, error)).removeprefix(f"{path}: ")
        return FileCheck(path=str(path), level=level, par_steps=None, error=message)
    note = drawn_rules_in_words(family_of_level, level, path)
    return FileCheck(path=str(path), level=level, par_steps=len(plan), error=None, note=note)
