"""A level as a map of Tiled with our tiles, in the shape of Tiled's JSON, and that as XML."""

import json
from collections.abc import Iterator
from typing import Any
from xml.sax.saxutils import quoteattr

from gamemeta_levels.formats.drawing import ENTITY, VARIANT, notes_of
from gamemeta_levels.formats.editor_tiles import NAME, SIDE
from gamemeta_levels.formats.source import Source
from gamemeta_levels.formats.tile_words import WORDS
from gamemeta_levels.formats.tiled.rewrite import rewritten
from gamemeta_levels.level import Entity, Level

VERSION = "1.10"
"""Of the format; Tiled 1.8 and newer read it."""
TILES, ENTITIES = "Tiles", "Entities"
Values = dict[str, Any]


def tmj(level: Level, like: Source | None = None) -> str:
    """The text of a map in JSON."""
    if like is not None:
        return rewritten(level, like)
    return json.dumps(document_of(level), indent=1) + "\n"


def tmx(level: Level, like: Source | None = None) -> str:
    """The text of a map in XML."""
    if like is not None:
        return rewritten(level, like)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + "".join(_map_in_xml(document_of(level)))


def document_of(level: Level) -> Values:
    """A map that holds a level: one layer of tiles, and one of its entities where it has any."""
    layers = [_tiles(level)] + ([_entities(level)] if level.entities else [])
    return {
        "type": "map",
        "version": VERSION,
        "tiledversion": "1.10.2",
        "orientation": "orthogonal",
        "renderorder": "right-down",
        "width": level.width,
        "height": level.height,
        "tilewidth": SIDE,
        "tileheight": SIDE,
        "infinite": False,
        "compressionlevel": -1,
        "nextlayerid": len(layers) + 1,
        "nextobjectid": len(level.entities) + 1,
        "properties": [_text(name, value) for name, value in notes_of(level).items()],
        "tilesets": [_tileset()],
        "layers": layers,
    }


def _text(name: str, value: str) -> Values:
    return {"name": name, "type": "string", "value": value}


def _tileset() -> Values:
    return {
        "firstgid": 1,
        "name": "gamemeta",
        "tilewidth": SIDE,
        "tileheight": SIDE,
        "tilecount": len(WORDS),
        "columns": len(WORDS),
        "spacing": 0,
        "margin": 0,
        "image": NAME,
        "imagewidth": SIDE * len(WORDS),
        "imageheight": SIDE,
        "tiles": [{"id": code, "type": word} for code, word in enumerate(WORDS)],
    }


def _tiles(level: Level) -> Values:
    sides = {"width": level.width, "height": level.height}
    data = [int(code) + 1 for code in level.tiles.flat]
    return {"id": 1, **_layer(TILES, "tilelayer"), **sides, "data": data}


def _entities(level: Level) -> Values:
    objects = [_object(number, entity) for number, entity in enumerate(level.entities, start=1)]
    return {"id": 2, **_layer(ENTITIES, "objectgroup"), "draworder": "index", "objects": objects}


def _layer(name: str, kind: str) -> Values:
    return {"name": name, "type": kind, "visible": True, "opacity": 1, "x": 0, "y": 0}


def _object(number: int, entity: Entity) -> Values:
    return {
        "id": number,
        "name": "",
        "type": entity.kind,
        "point": True,
        "x": (entity.column + 0.5) * SIDE,
        "y": (entity.row + 0.5) * SIDE,
        "width": 0,
        "height": 0,
        "rotation": 0,
        "visible": True,
        "properties": [_text(ENTITY, entity.kind), _text(VARIANT, str(entity.variant))],
    }


def _map_in_xml(document: Values) -> Iterator[str]:
    shown = {name: value for name, value in document.items() if name not in ("type", "compressionlevel")}
    yield f"<map{_attributes(shown)}>\n"
    yield from _properties(document["properties"], 1)
    for tileset in document["tilesets"]:
        inner = {name: value for name, value in tileset.items() if not name.startswith("image")}
        yield f" <tileset{_attributes(inner)}>\n"
        sides = {"width": tileset["imagewidth"], "height": tileset["imageheight"]}
        yield f"  <image{_attributes({'source': tileset['image'], **sides})}/>\n"
        for tile in tileset["tiles"]:
            yield f"  <tile{_attributes(tile)}/>\n"
        yield " </tileset>\n"
    for layer in document["layers"]:
        yield from _tile_layer(layer) if layer["type"] == "tilelayer" else _object_layer(layer)
    yield "</map>\n"


def _tile_layer(layer: Values) -> Iterator[str]:
    named = {name: layer[name] for name in ("id", "name", "width", "height")}
    yield f' <layer{_attributes(named)}>\n  <data encoding="csv">\n'
    yield csv(layer["data"], layer["width"])
    yield "</data>\n </layer>\n"


def csv(data: list[int], width: int) -> str:
    """The numbers of tiles as Tiled writes them: a line a row."""
    rows = [data[start : start + width] for start in range(0, len(data), width)]
    return ",\n".join(",".join(map(str, row)) for row in rows) + "\n"


def _object_layer(layer: Values) -> Iterator[str]:
    yield f" <objectgroup{_attributes({name: layer[name] for name in ('id', 'name')})}>\n"
    for one in layer["objects"]:
        yield f"  <object{_attributes({name: one[name] for name in ('id', 'type', 'x', 'y')})}>\n"
        yield from _properties(one["properties"], 3)
        yield "   <point/>\n  </object>\n"
    yield " </objectgroup>\n"


def _properties(properties: list[Values], depth: int) -> Iterator[str]:
    indent = " " * depth
    yield f"{indent}<properties>\n"
    for one in properties:
        yield f"{indent} <property{_attributes({'name': one['name'], 'value': one['value']})}/>\n"
    yield f"{indent}</properties>\n"


def _attributes(values: Values) -> str:
    """The plain values among these as attributes; true and false as Tiled writes them, 1 and 0."""
    plain = {name: value for name, value in values.items() if isinstance(value, str | int | float)}
    return "".join(f" {name}={quoteattr(_shown(value))}" for name, value in plain.items())


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return str(int(value))
    return f"{value:g}" if isinstance(value, float) else str(value)
