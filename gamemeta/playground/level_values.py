"""Levels between the page and Python: the documents of level files, within bounds."""

import json
from typing import Any

from gamemeta.playground.frames import Plain, rows_of
from gamemeta_levels.errors import LevelError
from gamemeta_levels.formats import json as document
from gamemeta_levels.level import Level


def level_from(value: Any, family: str) -> Level:
    """The level in a message.

    Args:
        value: a document of a level file; `digest` is not looked at.
        family: that the level must be of.
    Raises:
        LevelError: it is none, or of another family.
    """
    if not isinstance(value, dict):
        raise LevelError("the level of a message is a document with its tiles as rows.")
    plain = {name: part for name, part in value.items() if name != "digest"}
    level = document.parse(json.dumps({**plain, "format": document.MARK, "version": 1}), family)
    if level.family != family:
        raise LevelError(
            f"this level belongs to the family {level.family!r}, and the agent plays {family!r}. Choose an "
            "agent that plays such levels first."
        )
    return level


def plain_level(level: Level) -> Plain:
    """A level as the page keeps it."""
    return {
        "family": level.family,
        "tiles": rows_of(level.tiles),
        "entities": [dict(vars(entity)) for entity in level.entities],
        "hidden": {name: list(values) for name, values in level.hidden.items()},
        "seed": level.seed,
    }
