"""The levels that a page begins with."""

from collections.abc import Sequence
from dataclasses import dataclass

from gamemeta.errors import ConfigError
from gamemeta_levels.family import LevelFamily
from gamemeta_levels.formats import resolve
from gamemeta_levels.level import Level
from gamemeta_levels.split import parse_address

MOST = 2
"""Levels that are shown side by side."""


@dataclass(frozen=True)
class Opening:
    """A level that the page begins with.

    Args:
        name: the seed that it comes from, such as `test:17`; empty where it is from a file.
        level: the level itself.
    """

    name: str
    level: Level


def openings(words: Sequence[str], family: LevelFamily) -> list[Opening]:
    """The levels that words of the command line name: seeds or files.

    Args:
        words: one or two.
        family: that the levels are of.
    Raises:
        ConfigError: more than two are named.
        UnknownName, LevelError, UnsolvableLevel: naming the word that is no level of this family.
    """
    check_count(len(words))
    return [Opening("" if parse_address(one) is None else one, resolve(one, family)) for one in words]


def check_count(levels: int, agents: int = 1) -> None:
    """Raises ConfigError where more levels or agents are given than stand side by side."""
    if levels > MOST or levels + agents > MOST + 1:
        raise ConfigError("two stand side by side: give another agent or another level, not more.")
