"""Projects of LDtk that hold the same level in other ways than we write it."""

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from gamemeta_levels.formats.tile_words import WORDS

Values = dict[str, Any]
READ = {
    *("jsonVersion", "nextUid", "defs", "levels", "worlds", "layers", "entities", "tilesets", "levelFields"),
    *(
        "uid",
        "identifier",
        "intGridValues",
        "value",
        "groupUid",
        "enumTags",
        "customData",
        "resizableX",
        "type",
    ),
    *(
        "pxWid",
        "pxHei",
        "fieldInstances",
        "layerInstances",
        "externalRelPath",
        "intGridCsv",
        "entityInstances",
    ),
    *(
        "layerDefUid",
        "gridTiles",
        "visible",
        "px",
        "width",
        "height",
        "defUid",
        "t",
        "f",
        "tileGridSize",
        "iid",
    ),
}
"""Fields that are read, besides those that begin with two underscores."""
THINGS_FROM = WORDS.index("spawn")
"""The first code that stands on a floor."""


def projects_like(text: str) -> Iterator[str]:
    """The level as values, as values with entities, as tiles of a tileset, and in a world of several."""
    slim = _slim(json.loads(text))
    yield _text(slim)
    yield _text(_with_entities(deepcopy(slim)))
    yield _text(_as_tiles(deepcopy(slim)))
    two = [*slim["levels"], {**slim["levels"][0], "identifier": "Other", "layerInstances": []}]
    yield _text({**slim, "levels": [], "worlds": [{"identifier": "World", "levels": two}]})


def _text(document: Values) -> str:
    return json.dumps(document, indent="\t")


def _slim(value: Any) -> Any:
    """The document without what is not read; without rules, since neighbours of values hide them."""
    if isinstance(value, list):
        return [_slim(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        name: _slim(one)
        for name, one in value.items()
        if (name.startswith("__") and name != "__header__") or name in READ
    }


def _with_entities(document: Values) -> Values:
    level = document["levels"][0]
    layer = level["layerInstances"][-1]
    entities = []
    for cell, value in enumerate(layer["intGridCsv"]):
        if value > THINGS_FROM:
            row, column = divmod(cell, layer["__cWid"])
            layer["intGridCsv"][cell] = WORDS.index("floor") + 1
            entity = {
                "__identifier": WORDS[value - 1],
                "__grid": [column, row],
                "__pivot": [0.5, 1],
                "__tags": [],
            }
            place = {"px": [16 * column + 8, 16 * row + 16], "width": 16, "height": 16, "defUid": 5}
            entities.append({**entity, **place, "fieldInstances": []})
    above = {**layer, "__identifier": "Entities", "__type": "Entities", "intGridCsv": []}
    level["layerInstances"].insert(0, {**above, "entityInstances": entities})
    document["defs"]["entities"] = [{"uid": 5, "identifier": "spawn", "resizableX": False}]
    return document


def _as_tiles(document: Values) -> Values:
    layer = document["levels"][0]["layerInstances"][-1]
    width = layer["__cWid"]
    layer["gridTiles"] = [
        {"px": [16 * (cell % width), 16 * (cell // width)], "t": value - 1, "f": 0}
        for cell, value in enumerate(layer["intGridCsv"])
    ]
    layer |= {"__type": "Tiles", "intGridCsv": []}
    document["defs"]["tilesets"][0]["enumTags"] = [
        {"enumValueId": word, "tileIds": [code]} for code, word in enumerate(WORDS)
    ]
    return document
