"""Level files of a folder or of a pattern."""

import glob
from collections.abc import Sequence
from pathlib import Path

from gamemeta_levels.errors import LevelError
from gamemeta_levels.files.reading import is_regular
from gamemeta_levels.formats import PARSERS, read_level
from gamemeta_levels.formats.files import is_folder, is_there
from gamemeta_levels.level import Level


def is_gathering(word: str) -> bool:
    """Whether a word names a folder, a level file, or a pattern such as `mine/*.json`."""
    return glob.has_magic(word) or is_folder(Path(word)) or Path(word).suffix.lower() in PARSERS


def level_files(word: str) -> list[Path]:
    """The level files that a word names, sorted.

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
    elif not is_there(folder):
        raise LevelError(f"{word}: there is no such file or folder.")
    else:
        return [folder]
    levels = sorted(path for path in paths if path.suffix.lower() in PARSERS and is_regular(path))
    if not levels:
        raise LevelError(f"{word}: there are no level files; those end in {' or '.join(PARSERS)}.")
    return levels


def _listed(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError as error:
        raise LevelError(f"{folder}: cannot be read: {error.strerror}.") from None


def read_levels(paths: Sequence[Path], family: str | None = None) -> list[Level]:
    """The levels in these files, in order, all of one family.

    Args:
        paths: level files.
        family: the level family where a file names none.
    Raises:
        LevelError: a broken file, or two families.
    """
    levels = [read_level(path, family) for path in paths]
    for path, level in zip(paths, levels, strict=True):
        if level.family != levels[0].family:
            raise LevelError(
                f"{path} holds a level of the family {level.family!r}, and {paths[0]} one of "
                f"{levels[0].family!r}. Give files of one family."
            )
    return levels
