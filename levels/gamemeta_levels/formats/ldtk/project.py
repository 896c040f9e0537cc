"""A project of LDtk: its definitions, and its levels by name, embedded or in files of their own."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from gamemeta_levels.errors import LevelError, cut, shortened
from gamemeta_levels.formats.limits import MOST_BYTES
from gamemeta_levels.formats.node import Node, node_of, parse_json
from gamemeta_levels.formats.source import PART, Source

OLDEST, NEWEST = (0, 6), (1, 99)
"""Versions of LDtk whose files are read."""
NAMED = 8
"""Levels that an error names."""
_VERSION = re.compile(r"(\d{1,4})\.(\d{1,4})([.-].{0,40})?")
_NAME = re.compile(r"[\w-][\w .-]{0,99}")
NO_PROJECT = "it is no project of LDtk. Give the .ldtk file that LDtk saved."


@dataclass(frozen=True)
class Project:
    """What a .ldtk file holds."""

    root: Node
    levels: Mapping[str, Node]
    """By their names: LDtk's identifiers, with that of the world before it where two are the same."""

    @property
    def definitions(self) -> Node:
        """Of layers, entities, tilesets and fields."""
        return self.root.node("defs")

    def name_of(self, part: str) -> str:
        """The name of the level that is asked for: of the only one, where none is named.

        Raises:
            LevelError: there is no such level, or there are several; with their names.
        """
        names = list(self.levels)
        if part in self.levels:
            return part
        listed = ", ".join(names[:NAMED]) + (f" and {len(names) - NAMED} more" if len(names) > NAMED else "")
        if not names:
            raise LevelError("there is no level in this project.")
        if part:
            raise LevelError(f"there is no level {shortened(part)} in it. It holds {listed}.")
        if len(names) > 1:
            raise LevelError(f"it holds {len(names)} levels: {listed}. Name one: FILE{PART}{names[0]}.")
        return names[0]


def project_of(source: Source) -> Project:
    """The project in a file.

    Raises:
        LevelError: the file cannot be read, or is none of LDtk's, or of a version that is not read.
    """
    return project_in(source.text(MOST_BYTES))


@lru_cache(maxsize=1)
def project_in(text: str) -> Project:
    """The project that a text holds; the last is kept, since the levels of a world are read one by one.

    Raises:
        LevelError: as `project_of`.
    """
    root = node_of("", parse_json(text))
    if "layerInstances" in root.fields and "defs" not in root.fields:
        raise LevelError(
            "it is one level of a project of LDtk. Give the project: FILE.ldtk" + PART + "LEVEL."
        )
    if not isinstance(root.fields.get("defs"), dict) or not root.has("jsonVersion"):
        raise LevelError(NO_PROJECT)
    _check_version(root.text("jsonVersion"))
    return Project(root, _named(list(_levels(root))))


def level_in(project: Project, name: str, source: Source) -> Node:
    """A level with its layers.

    Raises:
        LevelError: it lies in a file of its own that is missing or broken.
    """
    level = project.levels[name]
    if level.has("layerInstances"):
        return level
    if not level.has("externalRelPath"):
        raise LevelError(
            f"{level.at('layerInstances')} is missing: the level {shortened(name)} has no layers."
        )
    file = source.beside(level.text("externalRelPath"))
    if not file.is_there():
        raise LevelError(
            f"its level {shortened(name)} lies in a file of its own, {file.path}, which is missing. Put it "
            "there, or turn off `Save levels separately` in the settings of the project."
        )
    try:
        alone = node_of("", parse_json(file.text(MOST_BYTES)))
    except LevelError as error:
        raise LevelError(f"{file.path.name}: {error}") from None
    if not isinstance(alone.fields.get("layerInstances"), list):
        raise LevelError(f"{file.path.name}: layerInstances is missing: this is no level of LDtk.")
    return alone


def _check_version(text: str) -> None:
    match = _VERSION.fullmatch(text)
    version = (int(match[1]), int(match[2])) if match else (0, 0)
    if not OLDEST <= version <= NEWEST:
        raise LevelError(
            f"jsonVersion is {shortened(text, 40)}; files of LDtk 0.6 to 1.5 are read. Open it in "
            "LDtk 1.5 and save it again."
        )


def _levels(root: Node) -> Iterator[tuple[str, Node]]:
    """The name of the world, and a level, for all levels."""
    yield from (("", level) for level in root.nodes("levels"))
    for world in root.nodes("worlds"):
        name = world.text("identifier", "")
        yield from ((name, level) for level in world.nodes("levels"))


def _named(levels: list[tuple[str, Node]]) -> dict[str, Node]:
    names = [level.text("identifier") for _, level in levels]
    counts: dict[str, int] = {}
    for name in names:
        counts[name] = counts.get(name, 0) + 1
    named: dict[str, Node] = {}
    for (world, level), identifier in zip(levels, names, strict=True):
        name = f"{world}.{identifier}" if counts[identifier] > 1 and world else identifier
        if not _NAME.fullmatch(name):
            raise LevelError(
                f"{level.at('identifier')} is {shortened(name, 40)}, which names no level of LDtk."
            )
        if name in named:
            raise LevelError(f"{level.at('identifier')}: two levels are called {cut(name, 40)}.")
        named[name] = level
    return named
