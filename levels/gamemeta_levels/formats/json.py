"""Levels in JSON: everything a level has, with a digest that shows when it was changed.

{"format": "gamemeta-level", "version": 1, "family": "maze",
 "tiles": ["#####", "#S.G#", "#####"], "entities": [], "hidden": {}, "seed": 7,
 "digest": "..."}
"""

import json
from collections.abc import Mapping
from typing import Any

from gamemeta_levels.errors import LevelError, cut, shortened
from gamemeta_levels.formats.ascii import read_rows
from gamemeta_levels.formats.files import MOST_OF_EDITORS
from gamemeta_levels.formats.format import LevelFormat, one_level
from gamemeta_levels.formats.source import Source
from gamemeta_levels.formats.tiled.read import read as read_map
from gamemeta_levels.level import Entity, Level

MARK = "gamemeta-level"
VERSION = 1

_KINDS = {
    str: "a text",
    int: "a whole number",
    list: "a list",
    dict: "an object",
}
_FIELDS = {
    "format": str,
    "version": int,
    "family": str,
    "tiles": list,
    "entities": list,
    "hidden": dict,
    "seed": int,
    "digest": str,
}
_NEEDED = ("format", "version", "tiles")
_ENTITY_FIELDS = {"kind": str, "row": int, "column": int, "variant": int}


def read(source: Source) -> Level:
    """The level in a file: of ours, or a map of Tiled that was saved under this suffix.

    Raises:
        LevelError: as `parse`.
    """
    one_level(source)
    text = source.text(MOST_OF_EDITORS)
    if '"tiledversion"' in text:
        return read_map(source)
    return parse(text, source.family)


def write(level: Level, like: Source | None = None) -> str:
    """The text of a level."""
    return draw(level)


def parse(text: str, family: str) -> Level:
    """Read a level.

    Args:
        text: a JSON document; `family`, `entities`, `hidden`, `seed` and `digest` may be left out.
        family: the level family where the document names none.
    Raises:
        LevelError: naming the place; also when the digest does not match the content.
    """
    document = _document(text)
    level = Level(
        family=document.get("family", family),
        tiles=read_rows(_rows(document["tiles"]), document.get("family", ""), family),
        entities=tuple(_entity(i, e) for i, e in enumerate(document.get("entities", []))),
        hidden={name: _values(name, v) for name, v in document.get("hidden", {}).items()},
        seed=document.get("seed"),
    )
    digest = document.get("digest", level.digest)
    if digest != level.digest:
        raise LevelError(
            f"its digest {shortened(digest)} does not match its content, which has {level.digest!r}: the "
            "level was changed after it was written. If you meant to, remove the digest."
        )
    return level


def draw(level: Level) -> str:
    """The JSON document of a level, one row of tiles a line."""
    document = {
        "format": MARK,
        "version": VERSION,
        "family": level.family,
        "tiles": str(level).split("\n"),
        "entities": [vars(entity) for entity in level.entities],
        "hidden": {name: list(values) for name, values in level.hidden.items()},
        "seed": level.seed,
        "digest": level.digest,
    }
    return json.dumps(document, indent=1) + "\n"


def _document(text: str) -> Mapping[str, Any]:
    """The fields of the document, each of the right kind; a null seed is left out."""
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        raise LevelError(f"line {error.lineno}, column {error.colno}: {error.msg}.") from None
    except RecursionError:
        raise LevelError("it is nested too deeply to be a level.") from None
    except ValueError:
        raise LevelError("it holds a number with too many digits.") from None
    if not isinstance(document, dict) or document.get("format") != MARK:
        raise LevelError(f'it is not a level: it lacks "format": "{MARK}".')
    if document.get("version") != VERSION:
        raise LevelError(
            f"it has version {shortened(document.get('version'))} of the level format; this gamemeta reads "
            f"version {VERSION}. Install the gamemeta that wrote it, or write the level again."
        )
    if document.get("seed", 0) is None:
        del document["seed"]
    return _checked("", document, _FIELDS, _NEEDED)


def _checked(
    place: str, document: Any, fields: Mapping[str, type], needed: tuple[str, ...]
) -> Mapping[str, Any]:
    _expect(place or "the document", document, dict)
    for name in needed:
        if name not in document:
            raise LevelError(f"{place}{name} is missing. A level has: {', '.join(fields)}.")
    for name, value in document.items():
        if name not in fields:
            raise LevelError(f"{place}{cut(name, 40)} is unknown. Choose from: {', '.join(fields)}.")
        _expect(f"{place}{name}", value, fields[name])
    return dict(document)


def _expect(place: str, value: Any, kind: type) -> None:
    if type(value) is not kind:
        raise LevelError(f"{place} is {shortened(value, 40)}; it must be {_KINDS[kind]}.")


def _rows(tiles: list[Any]) -> list[tuple[str, str]]:
    for number, row in enumerate(tiles):
        _expect(f"tiles[{number}]", row, str)
    return [(f"tiles[{number}]", row) for number, row in enumerate(tiles)]


def _entity(number: int, value: Any) -> Entity:
    place = f"entities[{number}]."
    return Entity(**_checked(place, value, _ENTITY_FIELDS, ("kind", "row", "column")))


def _values(name: str, values: Any) -> tuple[int, ...]:
    _expect(f"hidden.{cut(name, 64)}", values, list)
    for number, value in enumerate(values):
        _expect(f"hidden.{cut(name, 64)}[{number}]", value, int)
    return tuple(values)


FORMAT = LevelFormat(suffix=".json", about="everything that a level has", read=read, write=write)
