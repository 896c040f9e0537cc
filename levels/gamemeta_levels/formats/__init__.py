"""Levels in files: drawn in text (.txt), with everything they have (.json), or as editors keep them."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path, PurePath

from gamemeta_levels.errors import GamemetaError, LevelError, PluginError, shortened
from gamemeta_levels.family import LevelFamily, generate, pack_level
from gamemeta_levels.files.reading import is_regular
from gamemeta_levels.formats import ascii as drawing_in_text
from gamemeta_levels.formats import json as document
from gamemeta_levels.formats import ldtk
from gamemeta_levels.formats.drawing import Drawing
from gamemeta_levels.formats.files import is_folder, is_there, write_bytes, write_text
from gamemeta_levels.formats.format import LevelFormat
from gamemeta_levels.formats.source import DEFAULT_FAMILY, Source, source_of
from gamemeta_levels.formats.tile_words import WORDS_FILE, TileWords, read_tile_words
from gamemeta_levels.formats.tiled import TMJ, TMX
from gamemeta_levels.level import Level
from gamemeta_levels.split import parse_address

__all__ = ["DEFAULT_FAMILY", "FORMATS", "SUFFIXES", "TileWords"]

FORMATS: dict[str, LevelFormat] = {
    one.suffix: one for one in (drawing_in_text.FORMAT, document.FORMAT, TMX, TMJ, ldtk.FORMAT)
}
"""The format of each suffix."""
SUFFIXES = tuple(FORMATS)
NO_WORDS = TileWords()
Reading = Callable[[str, str, TileWords], Level]
"""Reads a file as `read_level`, given its name, the family where it names none, and what tiles mean."""
_ROW = re.compile(r"\brow (\d{1,3})(?=, column \d)")
"""How errors name a row of a level."""

HOW_TO_NAME = f"Give a seed such as 17, test:17 or far:3, or a file that ends in {', '.join(SUFFIXES)}."


def read_level(path: str | PurePath, family: str | None = None, words: TileWords = NO_WORDS) -> Level:
    """Read a level from a file; the suffix decides the format.

    Args:
        path: a file, or `FILE#LEVEL` where a file holds several.
        family: the level family where the file names none; `maze` if None.
        words: what tiles mean, for the files of editors; without them those of `gamemeta-tiles.toml`
            beside the file, if there is one.
    Raises:
        LevelError: naming the file and the place in it.
    """
    return read_source(source_at(path, family, words))


def read_source(source: Source) -> Level:
    """The level at a source. Raises LevelError as `read_level`."""
    try:
        return format_of(source.path).read(source)
    except LevelError as error:
        raise placed(source, error) from None


def source_at(path: str | PurePath, family: str | None = None, words: TileWords = NO_WORDS) -> Source:
    """Where a level is read from; see `read_level`."""
    named = source_of(path, SUFFIXES)
    beside = named.path.parent / WORDS_FILE
    if words is NO_WORDS and format_of(named.path).drawing and is_regular(beside):
        words = read_tile_words(beside)
    return Source(named.path, named.part, family or DEFAULT_FAMILY, words)


def drawing_at(source: Source) -> Drawing:
    """What an editor's file holds, whatever its tiles mean.

    Raises:
        LevelError: no file of an editor, or as `read_level`.
    """
    drawing = format_of(source.path).drawing
    if drawing is None:
        raise LevelError(f"{source.path} is no file of an editor: its tiles always have a meaning.")
    try:
        return drawing(source)
    except LevelError as error:
        raise placed(source, error) from None


def parts_of(path: Path) -> list[str]:
    """What names each level in a file: the file itself, or `FILE#LEVEL` for each of several.

    Raises:
        LevelError: the file cannot be read.
    """
    return [str(one) for one in sources_in(Source(path))]


def sources_in(file: Source) -> list[Source]:
    """Each level of a file.

    Raises:
        LevelError: the file cannot be read.
    """
    try:
        names = format_of(file.path).parts(file)
    except LevelError as error:
        raise placed(file, error) from None
    return [replace(file, part=name) for name in names]


def dumps(level: Level, suffix: str, like: Source | None = None) -> str:
    """The text of a level file with this suffix; `like` as `write_level`.

    Raises:
        LevelError: the format cannot hold the level.
    """
    return format_of(Path(f"level{suffix}")).write(level, like)


def write_level(level: Level, path: str | PurePath, like: Source | None = None) -> None:
    """Write a level into a file, whole or not at all; the suffix decides the format.

    Args:
        level: what to write.
        path: the file; pictures of tiles that an editor needs are put beside it, where there are none.
        like: a file of the same format whose other contents are kept.
    Raises:
        LevelError: the format cannot hold the level, or the file cannot be written.
    """
    path = Path(path)
    kind = format_of(path)
    try:
        text = kind.write(level, like)
    except LevelError as error:
        raise LevelError(f"{path}: {error}") from None
    for name, data in kind.neighbours(level).items():
        if name in text and not is_there(path.parent / name):
            write_bytes(path.parent / name, data)
    write_text(path, text)
    if like is not None and path.parent.resolve() != like.path.parent.resolve():
        _check_moved(level, path, like)


def _check_moved(level: Level, path: Path, like: Source) -> None:
    """Raises LevelError, and takes the file away, where it names files that lie beside the other one."""
    try:
        whole = read_level(path, level.family, like.words) == level
    except LevelError:
        whole = False
    if not whole:
        path.unlink()
        raise LevelError(
            f"{path}: it would name files that lie beside {like.path}. Write into that folder, or in another "
            "format."
        )


def family_named_by(
    text: str, default: str = DEFAULT_FAMILY, words: TileWords = NO_WORDS, read: Reading | None = None
) -> str:
    """The level family of a word of the command line: the one that a file names, else `default`.

    Args:
        text, words, read: as `resolve`.
        default: where no file names one.
    Raises:
        UnknownName: no such split.
        LevelError: a file that cannot be read.
    """
    is_file = parse_address(text) is None and is_level_file(text)
    return (read or read_level)(text, default, words).family if is_file else default


def is_level_file(word: str | PurePath) -> bool:
    """Whether a word ends as the names of level files do."""
    return source_of(word, SUFFIXES).path.suffix.lower() in FORMATS


def resolve(
    text: str, family: LevelFamily, words: TileWords = NO_WORDS, read: Reading | None = None
) -> Level:
    """The level that a word of the command line names: `17`, `test:17`, `far:3` or a file.

    Args:
        text: a seed, a split with a seed, or the path of a level file.
        family: generates the seeds; a file must hold a level that it can play.
        words: what tiles mean, for the files of editors.
        read: reads a file; `read_level` if None.
    Raises:
        UnknownName: no such split.
        LevelError: no such file, a broken file, or a level of another family.
        UnsolvableLevel: the level in the file has no solution.
    """
    address = parse_address(text)
    if address is not None:
        return generate(family, address.seed, address.split)
    if not is_level_file(text) and not (text and is_there(Path(text))):
        raise LevelError(f"no level called {shortened(text)}. {HOW_TO_NAME}")
    if is_folder(Path(text)):
        raise LevelError(f"{text} is a folder, not the file of a level. {HOW_TO_NAME}")
    level = (read or read_level)(text, family.name, words)
    try:
        pack_level(family, level)
    except (LevelError, PluginError) as error:
        raise placed(text, error) from None
    return level


def format_of(path: Path) -> LevelFormat:
    """The format of a file, by its suffix. Raises LevelError for all others."""
    suffix = path.suffix.lower()
    for one in FORMATS.values():
        if suffix in one.companions:
            raise LevelError(f"{path}: {one.companions[suffix]}")
    if suffix not in FORMATS:
        raise LevelError(
            f"{path}: a level file ends in {' or '.join(SUFFIXES)}; this one ends in {shortened(suffix)}. "
            "Give it such a name where it is a drawing or a document of JSON; other formats are not read."
        )
    return FORMATS[suffix]


def placed(file: str | PurePath | Source, error: GamemetaError) -> GamemetaError:
    """The error of a level with the name of its file before it, where it does not name that already.

    Args:
        file: a level file, or `FILE#LEVEL`.
        error: what is wrong with it, in the words of `in_lines`.
    """
    source = file if isinstance(file, Source) else source_of(file, SUFFIXES)
    (text,) = in_lines([str(error)], source)
    return type(error)(text if str(source.path) in text else f"{source}: {text}")


def in_lines(sentences: Sequence[str], file: str | PurePath | Source) -> list[str]:
    """Sentences about a level, with `line 8` of its file in place of `row 7` where it is a drawing in text.

    Args:
        sentences: which name places of the level.
        file: its file, or any other word that names a level.
    """
    source = file if isinstance(file, Source) else source_of(file, SUFFIXES)
    kind = FORMATS.get(source.path.suffix.lower())
    if kind is None or kind.lines is None or not any(map(_ROW.search, sentences)):
        return list(sentences)
    lines = kind.lines(source)
    return [_ROW.sub(lambda match: f"line {lines[int(match[1]) - 1]}", one) for one in sentences]
