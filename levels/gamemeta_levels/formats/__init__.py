"""Levels in files: drawn in ASCII (.txt) or with everything they have (.json)."""

from collections.abc import Callable
from pathlib import Path, PurePath

from gamemeta_levels.errors import LevelError, PluginError, shortened
from gamemeta_levels.family import LevelFamily, generate, pack_level
from gamemeta_levels.formats import ascii as drawing
from gamemeta_levels.formats import json as document
from gamemeta_levels.formats.files import is_folder, is_there, read_text, write_text
from gamemeta_levels.level import Level
from gamemeta_levels.split import parse_address

DEFAULT_FAMILY = "maze"

PARSERS: dict[str, Callable[[str, str], Level]] = {".txt": drawing.parse, ".json": document.parse}
"""What reads each kind of file: (text, family where it names none) -> level."""

WRITERS: dict[str, Callable[[Level], str]] = {".txt": drawing.draw, ".json": document.draw}

HOW_TO_NAME = "Give a seed such as 17, test:17 or far:3, or a file that ends in .txt or .json."


def read_level(path: str | PurePath, family: str | None = None) -> Level:
    """Read the level in a file; its suffix decides the format.

    Args:
        path: a file that ends in .txt or .json.
        family: the level family where the file names none; `maze` if None.
    Raises:
        LevelError: naming the file and the place in it.
    """
    path = Path(path)
    parse = PARSERS[_suffix(path)]
    text = read_text(path)
    try:
        return parse(text, family or DEFAULT_FAMILY)
    except LevelError as error:
        raise LevelError(f"{path}: {error}") from None


def dumps(level: Level, suffix: str) -> str:
    """The text of a level file with this suffix: `.txt` or `.json`.

    Raises:
        LevelError: the format cannot hold the level.
    """
    return WRITERS[_suffix(Path(f"level{suffix}"))](level)


def write_level(level: Level, path: str | PurePath) -> None:
    """Write a level into a file, whole or not at all; the suffix decides the format.

    Raises:
        LevelError: the format cannot hold the level, or the file cannot be written.
    """
    path = Path(path)
    draw = WRITERS[_suffix(path)]
    try:
        text = draw(level)
    except LevelError as error:
        raise LevelError(f"{path}: {error}") from None
    write_text(path, text)


def family_named_by(text: str, default: str = DEFAULT_FAMILY) -> str:
    """The level family of a word of the command line: the one that a file names, else `default`.

    Raises:
        UnknownName: no such split.
        LevelError: a file that cannot be read.
    """
    is_file = parse_address(text) is None and Path(text).suffix.lower() in PARSERS
    return read_level(text, default).family if is_file else default


def resolve(text: str, family: LevelFamily) -> Level:
    """The level that a word of the command line names: `17`, `test:17`, `far:3` or a file.

    Args:
        text: a seed, a split with a seed, or the path of a level file.
        family: generates the seeds; a file must hold a level that it can play.
    Raises:
        UnknownName: no such split.
        LevelError: no such file, a broken file, or a level of another family.
        UnsolvableLevel: the level in the file has no solution.
    """
    address = parse_address(text)
    if address is not None:
        return generate(family, address.seed, address.split)
    path = Path(text)
    if path.suffix.lower() not in PARSERS and not (text and is_there(path)):
        raise LevelError(f"no level called {shortened(text)}. {HOW_TO_NAME}")
    if is_folder(path):
        raise LevelError(f"{path} is a folder, not the file of a level. {HOW_TO_NAME}")
    level = read_level(path, family.name)
    try:
        pack_level(family, level)
    except (LevelError, PluginError) as error:
        raise type(error)(f"{path}: {error}") from None
    return level


def _suffix(path: Path) -> str:
    suffix = path.suffix.lower()
    if suffix not in PARSERS:
        raise LevelError(
            f"{path}: a level file ends in {' or '.join(PARSERS)}; this one ends in {shortened(suffix)}. "
            "Give it such a name where it is a drawing or a document of JSON; other formats are not read."
        )
    return suffix
