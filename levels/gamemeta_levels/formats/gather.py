"""Level files of a folder or of a pattern."""

import glob
from collections.abc import Sequence
from pathlib import Path

from gamemeta_levels.errors import LevelError
from gamemeta_levels.files.reading import is_regular
from gamemeta_levels.formats import NO_WORDS, SUFFIXES, is_level_file, parts_of, read_level, source_at
from gamemeta_levels.formats.files import is_folder, is_there
from gamemeta_levels.formats.tile_words import TileWords
from gamemeta_levels.level import Level


def is_gathering(word: str) -> bool:
    """Whether a word names a folder, a level file, or a pattern such as `mine/*.json`."""
    return glob.has_magic(word) or is_folder(Path(word)) or is_level_file(word)


def level_files(word: str) -> list[Path]:
    """The level files that a word names, sorted; of a file of several levels `FILE#LEVEL` for each.

    Args:
        word: a folder, whose own files are taken and not those of folders in it; or a pattern, in which
            `**` stands for folders at any depth; or one file.
    Raises:
        LevelError: there are none.
    """
    folder = Path(word)
    if is_folder(folder):
        paths = _listed(folder)
    elif glob.has_magic(word) and not is_there(folder):
        # Path.glob takes no absolute pattern
        paths = [Path(name) for name in glob.iglob(word, recursive=True)]  # noqa: PTH207
    elif is_there(folder):
        return _each(folder)
    elif is_level_file(word) and is_there(source_at(word).path):
        return [folder]
    else:
        raise LevelError(f"{word}: there is no such file or folder.")
    files = sorted(path for path in paths if path.suffix.lower() in SUFFIXES and is_regular(path))
    if not files:
        raise LevelError(f"{word}: there are no level files; those end in {' or '.join(SUFFIXES)}.")
    return [one for file in files for one in _each(file)]


def each_level(word: str) -> list[str]:
    """The levels that a word of the command line names, one by one.

    Those of a folder or a pattern, of a file of several as `FILE#LEVEL`; the word itself where it is anything
    else, such as a seed.

    Raises:
        LevelError: a folder or a pattern without level files.
    """
    if is_folder(Path(word)) or (glob.has_magic(word) and not is_there(Path(word))):
        return [str(path) for path in level_files(word)]
    if not is_level_file(word) or not is_regular(word):
        return [word]
    places = _each(Path(word))
    return list(map(str, places)) if len(places) > 1 else [word]


def _each(file: Path) -> list[Path]:
    """A path `FILE#LEVEL` for each level of a file; the file where it holds one, or cannot be read."""
    try:
        return [Path(place) for place in parts_of(file)]
    except LevelError:
        return [file]


def _listed(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError as error:
        raise LevelError(f"{folder}: cannot be read: {error.strerror}.") from None


def read_levels(paths: Sequence[Path], family: str | None = None, words: TileWords = NO_WORDS) -> list[Level]:
    """The levels in these files, in order, all of one family.

    Args:
        paths: level files.
        family: the level family where a file names none.
        words: what tiles mean, for the files of editors.
    Raises:
        LevelError: a broken file, or two families.
    """
    levels = [read_level(path, family, words) for path in paths]
    for path, level in zip(paths, levels, strict=True):
        if level.family != levels[0].family:
            raise LevelError(
                f"{path} holds a level of the family {level.family!r}, and {paths[0]} one of "
                f"{levels[0].family!r}. Give files of one family."
            )
    return levels
