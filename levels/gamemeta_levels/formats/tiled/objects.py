"""Objects on a map: which tiles each stands on."""

from math import floor

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.errors import LevelError, cut, shortened
from gamemeta_levels.formats.drawing import ENTITY, NOTE, NOTHING, VARIANT, Kind, Layer, whole_of
from gamemeta_levels.formats.source import Source
from gamemeta_levels.formats.tile_words import code_of
from gamemeta_levels.formats.tiled.cells import FLIPS
from gamemeta_levels.formats.tiled.document import TEMPLATE, read_document
from gamemeta_levels.formats.tiled.fields import Fields
from gamemeta_levels.formats.tiled.tilesets import Palette, properties_of, tileset_of, words_of
from gamemeta_levels.level import Entity

OUTLINES = ("polygon", "polyline")
MOST_TILES, MOST_OBJECTS = 255 * 255, 20_000
"""Tiles that one object covers at most, and objects of a layer."""
Place = tuple[int, int]


def read_objects(
    name: str, objects: list[Fields], palette: Palette, tile: tuple[int, int], source: Source
) -> tuple[list[Layer], list[Entity]]:
    """Each object as a layer of its own, so that later ones lie above earlier ones; and what is an entity.

    Args:
        name: of the layer.
        objects: as the file has them.
        palette: collects the kinds.
        tile: width and height of a tile, pixels.
        source: where templates lie beside.
    """
    if len(objects) > MOST_OBJECTS:
        raise LevelError(f"layer {shortened(name)} has {len(objects):,} objects; {MOST_OBJECTS:,} are read.")
    layers: list[Layer] = []
    entities: list[Entity] = []
    for fields in objects:
        one = _with_template(fields, source)
        if not one.flag("visible", True):
            continue
        properties = properties_of(one)
        if ENTITY in properties:
            (row, column), _ = _covered(one, tile, palette)
            variant = whole_of(VARIANT.removeprefix(NOTE), properties.get(VARIANT, 0))
            entities.append(Entity(properties[ENTITY], row, column, variant))
            continue
        kind = _kind(one, palette, source)
        if kind is not None:
            (row, column), covered = _covered(one, tile, palette)
            grid = np.where(covered, palette.add(kind), NOTHING).astype(np.int32)
            layers.append(Layer(name, grid, row, column, origin=fields.values))
    return layers, entities


def _with_template(fields: Fields, source: Source) -> Fields:
    """An object with what its template says where it says nothing itself."""
    if "template" not in fields:
        return fields
    beside = source.beside(fields.text("template"))
    try:
        template = read_document(beside, TEMPLATE)
        return Fields(
            {
                **template.inner("object").values,
                **fields.values,
                "tileset": template.values.get("tileset"),
                "beside": beside,
                "properties": [
                    *template.inner("object").values.get("properties", []),
                    *fields.values.get("properties", []),
                ],
            },
            fields.place,
        )
    except LevelError as error:
        raise LevelError(f"its template {beside.path}: {error}") from None


def _kind(one: Fields, palette: Palette, source: Source) -> Kind | None:
    """What an object is; None for what is there for people: texts, and outlines without a meaning."""
    words, name = words_of(one), one.text("name", "").strip()
    if "text" in one:
        return None
    if any(shape in one for shape in OUTLINES):
        if any(code_of(word) is not None for word in words):
            raise one.error(
                f"{words[0]!r} is a polygon or a line, "
                "and only points, rectangles, ellipses and tiles are read."
            )
        return None
    names = (*words, *([name] if name else []))
    if "gid" not in one:
        return Kind(names or ("object",), (*words, *([name] if name else [])))
    tile = one.whole("gid", least=0, most=2**32 - 1) & ~FLIPS
    if "tileset" in one:  # of a template, whose numbers are its own
        tileset = tileset_of(one.inner("tileset"), one.values["beside"])
        shown = tileset.kind(tile - tileset.first)
    else:
        tileset = palette.tileset_with(tile, one.place)
        shown = tileset.kind(tile - tileset.first)
    return Kind((*names, *shown.names), (*words, *shown.words, *([name] if name else [])))


def _covered(one: Fields, tile: tuple[int, int], palette: Palette) -> tuple[Place, NDArray[np.bool_]]:
    """Row and column of the first tile, and which tiles from there on an object covers."""
    x, y = one.number("x", 0.0) / tile[0], one.number("y", 0.0) / tile[1]
    width, height = one.number("width", 0.0) / tile[0], one.number("height", 0.0) / tile[1]
    if "gid" in one:
        right, down = _corner(one, palette)
        return (floor(y + (0.5 - down) * height), floor(x + (0.5 - right) * width)), np.ones((1, 1), np.bool_)
    if width < 0 or height < 0 or max(width, 1) * max(height, 1) > MOST_TILES:
        raise one.error(f"it covers {width:.0f} x {height:.0f} tiles; at most {MOST_TILES:,} are read.")
    rows, columns = _middles(y, height), _middles(x, width)
    if not len(rows) or not len(columns):  # it is smaller than a tile
        return (floor(y + height / 2), floor(x + width / 2)), np.ones((1, 1), np.bool_)
    covered = np.ones((len(rows), len(columns)), np.bool_)
    if "ellipse" in one:
        up = (rows + 0.5 - y - height / 2) / (height / 2)
        side = (columns + 0.5 - x - width / 2) / (width / 2)
        covered = up[:, None] ** 2 + side[None, :] ** 2 <= 1.0
    return (int(rows[0]), int(columns[0])), covered


def _middles(start: float, length: float) -> NDArray[np.int64]:
    """The tiles whose middle lies within."""
    return np.arange(floor(start + 0.5), floor(start + length + 0.5))


_CORNERS = {
    "unspecified": (0.0, 1.0),
    "topleft": (0.0, 0.0),
    "top": (0.5, 0.0),
    "topright": (1.0, 0.0),
    "left": (0.0, 0.5),
    "center": (0.5, 0.5),
    "right": (1.0, 0.5),
    "bottomleft": (0.0, 1.0),
    "bottom": (0.5, 1.0),
    "bottomright": (1.0, 1.0),
}


def _corner(one: Fields, palette: Palette) -> tuple[float, float]:
    """Which point of its picture the place of a tile object is: shares of width and height."""
    alignment = "unspecified"
    if "tileset" not in one:
        alignment = palette.tileset_with(one.whole("gid") & ~FLIPS, one.place).alignment
    if alignment not in _CORNERS:
        raise one.error(f"the object alignment {cut(alignment, 40)!r} of its tileset is not known.")
    return _CORNERS[alignment]
