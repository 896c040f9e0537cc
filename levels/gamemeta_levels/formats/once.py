"""Level files that a command names are read once, however many of its parts want their levels."""

from pathlib import PurePath

from gamemeta_levels.errors import LevelError
from gamemeta_levels.formats import DEFAULT_FAMILY, NO_WORDS, read_level
from gamemeta_levels.formats.tile_words import TileWords
from gamemeta_levels.level import Level


class ReadOnce:
    """As `read_level`, and what was read of a file is kept: its level, or what is wrong with it.

    For one run of a command, and one meaning of tiles: files that change later on are not read again.
    """

    def __init__(self) -> None:
        self._read: dict[tuple[str, str], Level | LevelError] = {}
        """By the words for files, and the family that is taken where a file names none."""

    def __call__(self, path: str | PurePath, family: str | None = None, words: TileWords = NO_WORDS) -> Level:
        key = (str(path), family or DEFAULT_FAMILY)
        if key not in self._read:
            self._keep(key, words)
        kept = self._read[key]
        if isinstance(kept, LevelError):
            raise kept.with_traceback(None)
        return kept

    def _keep(self, key: tuple[str, str], words: TileWords) -> None:
        try:
            level = read_level(*key, words)
        except LevelError as error:
            self._read[key] = error
        else:  # it is the same where the family of this file is asked for
            self._read[key] = self._read[key[0], level.family] = level
