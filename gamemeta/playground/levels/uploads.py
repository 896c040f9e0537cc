"""Level files that come from the page, several at once where they name each other; no disk is touched."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from gamemeta.playground.frames import Plain
from gamemeta.playground.levels.values import plain_level
from gamemeta.playground.messages import MOST_HEADER, MOST_UPLOAD
from gamemeta_levels.errors import LevelError, shortened
from gamemeta_levels.files.toml import toml_of
from gamemeta_levels.formats import FORMATS, SUFFIXES, placed, read_source, sources_in
from gamemeta_levels.formats.file_set import FileSet
from gamemeta_levels.formats.source import Source
from gamemeta_levels.formats.tile_words import WORDS_FILE, TileWords, tile_words_of
from gamemeta_levels.formats.tiled.world import SUFFIX as WORLD
from gamemeta_levels.formats.tiled.world import maps_of
from gamemeta_levels.level import Level
from gamemeta_levels.text import in_one_line

MOST_FILES, LONGEST_NAME = 1000, 255
MOST_LEVELS = 200
"""Levels among which the page lets people choose."""


class MissingFile(LevelError):
    """A file that another one names was not opened with it.

    Args:
        message: which file to add.
        name: of that file.
    """

    def __init__(self, message: object, name: str) -> None:
        super().__init__(message)
        self.name = name


def opened(body: bytes, family: str, part: str) -> Plain:
    """What the page gets for level files: the level, or the names of several, or which file is missing.

    Args: as `files_in` and `read_upload`.
    Raises:
        LevelError, ConfigError: as these, where no file is missing.
    """
    try:
        level, parts = read_upload(files_in(body), family, part)
    except MissingFile as error:
        return {"missing": in_one_line(error.name), "words": in_one_line(error, 600)}
    return {"level": level and plain_level(level), "parts": parts}


def files_in(body: bytes) -> FileSet:
    """The files in the body of a request.

    Args:
        body: a line of JSON, `{"files": [{"name": NAME, "size": BYTES}, ...]}`, then the bytes of all.
    Raises:
        LevelError: the line is not of this kind, the sizes are not those of what follows, or it is too much.
    """
    line, mark, data = body[: MOST_HEADER + 1].partition(b"\n")
    if not mark:
        raise LevelError("an upload begins with a line that names its files; this one does not.")
    data = body[len(line) + 1 :]
    if len(data) > MOST_UPLOAD:
        raise LevelError(f"files that are opened together have at most {MOST_UPLOAD // 2**20} MiB.")
    named = _named(line)
    if sum(size for _, size in named) != len(data):
        raise LevelError("the sizes of the files are not those that were announced: open them again.")
    files, at = [], 0
    for name, size in named:
        files.append((name, data[at : at + size]))
        at += size
    return FileSet(files)


def _named(line: bytes) -> list[tuple[str, int]]:
    """Name and size of each file. Raises LevelError where the line says anything else."""
    try:
        listed: Any = json.loads(line)["files"]
        named = [(one["name"], one["size"]) for one in listed]
    except (ValueError, LookupError, TypeError, RecursionError):
        raise LevelError(
            "the first line of an upload lists files by name and size; this one does not."
        ) from None
    if not 1 <= len(named) <= MOST_FILES:
        raise LevelError(f"{len(named)} files were opened; give 1 to {MOST_FILES:,} at once.")
    for name, size in named:
        if not isinstance(name, str) or not 0 < len(name) <= LONGEST_NAME or "\0" in name:
            raise LevelError(f"{shortened(name)} is no name of a file.")
        if type(size) is not int or not 0 <= size <= MOST_UPLOAD:
            raise LevelError(
                f"{shortened(name)}: its size is {shortened(size)}, which no file here can have."
            )
    return named


def read_upload(files: FileSet, family: str, part: str = "") -> tuple[Level | None, list[str]]:
    """The level in these files, or the names of the levels where there are several and none of them is named.

    Args:
        files: a level file, and those that it names.
        family: the level family where the file names none.
        part: one of the names that this function has answered with.
    Raises:
        MissingFile: another file is named that is not among these.
        LevelError, ConfigError: naming the file, and the place in it.
    """
    try:
        levels = _levels(files, family)
        if len(levels) > 1 and not part:
            return None, list(levels)[:MOST_LEVELS]
        files.missing = ""
        if part and part not in levels:
            raise LevelError(f"there is no level {shortened(part)} in these files.")
        return read_source(levels[part] if part else next(iter(levels.values()))), []
    except LevelError:
        if not files.missing:
            raise
        raise MissingFile(files.why_missing(), files.missing) from None


def _levels(files: FileSet, family: str) -> dict[str, Source]:
    """The levels in these files by name: that within its file, where one file alone holds levels."""
    candidates = _level_files(files, family)
    if len(candidates) == 1:
        return {one.part: one for one in sources_in(candidates[0])}
    levels: dict[str, Source] = {}
    for file in candidates:
        try:
            sources = sources_in(file)
        except LevelError:
            sources = [file]  # what is wrong with it is said when it is chosen
        levels |= {str(one): one for one in sources}
    return levels


def _level_files(files: FileSet, family: str) -> list[Source]:
    """The files that hold levels: the maps of a world, else those of editors, else those of ours."""
    suffixes = {name: Path(name).suffix.lower() for name in files.names}
    base = Source(Path(), family=family, words=_words_in(files), files=files)
    worlds = [replace(base, path=Path(name)) for name in files.names if suffixes[name] == WORLD]
    if len(worlds) > 1:
        raise LevelError("there are several worlds among these files. Open one of them with its maps.")
    if worlds:
        try:
            return maps_of(worlds[0])
        except LevelError as error:
            raise placed(worlds[0], error) from None
    named = [name for name in files.names if suffixes[name] in FORMATS]
    drawn = [name for name in named if FORMATS[suffixes[name]].drawing]
    if not named:
        raise LevelError(
            f"{shortened(files.names[0])}: a level file ends in {', '.join(SUFFIXES)}. Open one, together "
            "with the files that it names."
        )
    return [replace(base, path=Path(name)) for name in drawn or named]


def _words_in(files: FileSet) -> TileWords:
    """What tiles mean by the file of words among these; folders that it names are not looked at."""
    if not files.has(WORDS_FILE):
        return TileWords()
    place = Path(WORDS_FILE)
    return replace(tile_words_of(toml_of(files.data(place), place), place), root=None)
