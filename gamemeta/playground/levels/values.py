"""Levels between the page and Python: the documents of level files, within bounds."""

import json
import re
from typing import Any

from gamemeta.playground.frames import Plain, rows_of
from gamemeta_levels.errors import LevelError
from gamemeta_levels.formats import json as document
from gamemeta_levels.level import Level

MOST_EXACT = 2**53 - 1
"""Largest whole number that browsers keep exactly."""
_WHOLE = re.compile(r"-?[0-9]{1,19}")


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
    if isinstance(plain.get("hidden"), dict):
        plain["hidden"] = {name: _wholes(part) for name, part in plain["hidden"].items()}
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
        "hidden": {name: list(map(_exact, values)) for name, values in level.hidden.items()},
        "seed": level.seed,
    }


def _exact(whole: int) -> int | str:
    """A whole number that browsers keep exactly: as text where it has more than 53 bits."""
    return whole if abs(whole) <= MOST_EXACT else str(whole)


def _wholes(values: Any) -> Any:
    """The hidden numbers of a rule, those that came as text, too; anything else is left to the reader."""
    if not isinstance(values, list):
        return values
    return [int(one) if isinstance(one, str) and _WHOLE.fullmatch(one) else one for one in values]
