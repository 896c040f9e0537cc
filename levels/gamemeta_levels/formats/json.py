"""Levels in JSON: everything a level has, with a digest that shows when it was changed.

{"format": "gamemeta-level", "version": 1, "family": "maze",
 "tiles": ["#####", "#S.G#", "#####"], "entities": [], "hidden": {}, "seed": 7,
 "digest": "..."}
"""

import json

from gamemeta_levels.errors import LevelError, cut, shortened
from gamemeta_levels.formats.ascii import read_rows
from gamemeta_levels.formats.format import LevelFormat, one_level
from gamemeta_levels.formats.limits import MOST_BYTES, MOST_HIDDEN, MOST_OF_OURS
from gamemeta_levels.formats.node import Node, parse_json
from gamemeta_levels.formats.source import Source
from gamemeta_levels.formats.tiled.read import read as read_map
from gamemeta_levels.level import Entity, Level
from gamemeta_levels.split import MAX_SEED

MARK = "gamemeta-level"
VERSION = 1

_FIELDS = ("format", "version", "family", "tiles", "entities", "hidden", "seed", "digest")
_NEEDED = ("format", "version", "tiles")
_OF_ENTITY = ("kind", "row", "column", "variant")
_LEAST = -MAX_SEED - 1
"""Numbers of a level have 64 bits."""


def read(source: Source) -> Level:
    """The level in a file: of ours, or a map of Tiled that was saved under this suffix.

    Raises:
        LevelError: as `parse`.
    """
    one_level(source)
    text = source.text(MOST_BYTES)
    if '"tiledversion"' in text:
        return read_map(source)
    if len(text) > MOST_OF_OURS:
        raise LevelError(f"it is larger than {MOST_OF_OURS // 1024**2} MiB, too large for a level.")
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
        family=document.text("family", family),
        tiles=read_rows(_rows(document), document.text("family", ""), family),
        entities=tuple(map(_entity, document.nodes("entities"))),
        hidden=_hidden(document.node("hidden")),
        seed=document.whole("seed", most=MAX_SEED) if document.has("seed") else None,
    )
    digest = document.text("digest", level.digest)
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


def _document(text: str) -> Node:
    value = parse_json(text)
    if not isinstance(value, dict) or value.get("format") != MARK:
        raise LevelError(f'it is not a level: it lacks "format": "{MARK}".')
    document = Node("", value)
    if document.has("version") and document.whole("version") != VERSION:
        raise LevelError(
            f"it has version {document.whole('version')} of the level format; this gamemeta reads version "
            f"{VERSION}. Install the gamemeta that wrote it, or write the level again."
        )
    _check_names(document, _FIELDS, _NEEDED)
    return document


def _check_names(node: Node, names: tuple[str, ...], needed: tuple[str, ...]) -> None:
    """Raises LevelError where a field is missing, or there is one that a level does not have."""
    for name in needed:
        if not node.has(name):
            raise LevelError(f"{node.at(name)} is missing. A level has: {', '.join(names)}.")
    for name in node.fields:
        if name not in names:
            raise LevelError(f"{node.at(cut(name, 40))} is unknown. Choose from: {', '.join(names)}.")


def _rows(document: Node) -> list[tuple[str, str]]:
    return [(f"tiles[{number}]", row) for number, row in enumerate(document.texts("tiles"))]


def _entity(node: Node) -> Entity:
    _check_names(node, _OF_ENTITY, _OF_ENTITY[:3])
    row, column, variant = (
        node.whole(name, 0, least=_LEAST, most=MAX_SEED) for name in ("row", "column", "variant")
    )
    return Entity(node.text("kind"), row, column, variant)


def _hidden(node: Node) -> dict[str, tuple[int, ...]]:
    hidden = {name: tuple(node.wholes(name, least=_LEAST, most=MAX_SEED)) for name in node.fields}
    if sum(map(len, hidden.values())) > MOST_HIDDEN:
        raise node.error(f"the rules have over {MOST_HIDDEN:,} numbers. Leave some out.")
    return hidden


FORMAT = LevelFormat(
    suffix=".json", about="everything that a level has", read=read, write=write, rule="hidden.{}"
)
