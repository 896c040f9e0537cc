"""What a format of level files is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from gamemeta_levels.errors import LevelError, shortened
from gamemeta_levels.formats.drawing import Drawing
from gamemeta_levels.formats.source import PART, Source
from gamemeta_levels.level import Level


def one_level(source: Source) -> tuple[str, ...]:
    """The names of the levels in a file that holds one: none.

    Raises:
        LevelError: the source names one of several.
    """
    if source.part:
        raise LevelError(
            f"{source.path} holds one level, and none called {shortened(source.part)}. Leave "
            f"{PART}{source.part} out."
        )
    return ("",)


def no_neighbours(level: Level) -> dict[str, bytes]:
    """The files that lie beside a level of this format: none."""
    return {}


@dataclass(frozen=True, kw_only=True)
class LevelFormat:
    """How levels are read from files of one suffix, and written into them."""

    suffix: str
    about: str
    """Who writes such files, in a few words."""
    read: Callable[[Source], Level]
    """Raises LevelError with the place in the file."""
    write: Callable[[Level, Source | None], str]
    """The text of a file that holds a level; of a file that is there, what is not of the level is kept.
    Raises LevelError where the format cannot hold the level."""
    parts: Callable[[Source], tuple[str, ...]] = one_level
    """The names of the levels in a file of several, or one empty name."""
    drawing: Callable[[Source], Drawing] | None = None
    """What an editor's file holds; None for formats of our own, whose tiles always have a meaning."""
    companions: Mapping[str, str] = field(default_factory=dict)
    """Suffixes of files that belong to such levels and are none, each with a sentence that says so."""
    neighbours: Callable[[Level], dict[str, bytes]] = no_neighbours
    """Files that lie beside a level, by name: pictures of tiles."""
    rule: str = ""
    """Name of the property that holds a hidden rule, with `{}` for that of the rule; empty where none can."""
    lines: Callable[[Source], list[int]] | None = None
    """The line of the file, from 1, that each row of the level stands in; None where people see no lines."""
