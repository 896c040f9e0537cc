"""Projects of LDtk by hand: as little of them as is read."""

import json
from typing import Any

CELL = 16
WALLS = {"walls": 1}
"""Values by their identifiers."""


def rows_of(drawing: str) -> list[list[int]]:
    """Values drawn as digits, a line a row."""
    return [[int(letter) for letter in line] for line in drawing.split()]


def int_grid(
    drawing: str, name: str = "Collisions", uid: int = 1, cell: int = CELL, **more: Any
) -> dict[str, Any]:
    """A layer of values."""
    rows = rows_of(drawing)
    values = [value for row in rows for value in row]
    return layer(name, "IntGrid", uid, len(rows), len(rows[0]), cell, intGridCsv=values, **more)


def layer(
    name: str, kind: str, uid: int, height: int, width: int, side: int = CELL, **more: Any
) -> dict[str, Any]:
    """A layer of a level."""
    fields = {"__cHei": height, "__cWid": width, "__gridSize": side, "layerDefUid": uid, "visible": True}
    empty = {"intGridCsv": [], "gridTiles": [], "autoLayerTiles": [], "entityInstances": []}
    return {"__identifier": name, "__type": kind, **fields, **empty, **more}


def entity(name: str, x: int, y: int, pivot: tuple[float, float] = (0, 0), **more: Any) -> dict[str, Any]:
    """An entity whose pivot is at a pixel."""
    cell = [x // CELL, y // CELL]
    fields = {"__identifier": name, "__pivot": list(pivot), "px": [x, y], "__grid": cell, "__tags": []}
    return {**fields, "width": CELL, "height": CELL, "defUid": 50, "fieldInstances": [], **more}


def entities(*those: dict[str, Any], name: str = "Entities", **more: Any) -> dict[str, Any]:
    """A layer of entities."""
    return layer(name, "Entities", 9, 0, 0, entityInstances=list(those), **more)


def tiles(field: str, *those: tuple[int, int, int], kind: str = "Tiles", **more: Any) -> dict[str, Any]:
    """A layer of tiles, each by its pixels and its number in the tileset."""
    shown = [{"px": [x, y], "t": number, "d": [0]} for x, y, number in those]
    return layer("Art", kind, 8, 0, 0, **{"__tilesetDefUid": 30, field: shown, **more})


def field(name: str, value: Any, uid: int = 0) -> dict[str, Any]:
    """A field of a level or an entity."""
    real = [{"id": "V_String", "params": [value]}] if isinstance(value, str) else []
    return {
        "__identifier": name,
        "__type": "String",
        "__value": value,
        "defUid": uid,
        "realEditorValues": real,
    }


def level(
    *layers: dict[str, Any], name: str = "Level_0", size: tuple[int, int] = (3, 5), **more: Any
) -> dict:
    """A level, its highest layer first, of a height and a width in cells."""
    sides = {"pxHei": size[0] * CELL, "pxWid": size[1] * CELL}
    return {"identifier": name, **sides, "fieldInstances": [], "layerInstances": list(layers), **more}


def project(
    *levels: dict[str, Any], values: dict[str, int] = WALLS, defs: Any = (), **more: Any
) -> dict[str, Any]:
    """A project with these levels, whose IntGrid layers all have these values."""
    named = [
        {"value": value, "identifier": name, "color": "#000000", "tile": None, "groupUid": 0}
        for name, value in values.items()
    ]
    layers = [{"uid": uid, "intGridValues": named, "intGridValuesGroups": []} for uid in (1, 2)]
    tileset = {
        "uid": 30,
        "identifier": "Set",
        "tileGridSize": CELL,
        "__cWid": 8,
        "customData": [],
        "enumTags": [],
    }
    there = {"layers": layers, "entities": [], "tilesets": [tileset], "levelFields": [], **dict(defs)}
    return {
        "jsonVersion": "1.5.3",
        "nextUid": 100,
        "defs": there,
        "levels": list(levels),
        "worlds": [],
        **more,
    }


def text(document: dict[str, Any]) -> str:
    """The text of a project."""
    return json.dumps(document, indent="\t")
