"""Objects on a map: which tiles each stands on."""

from collections.abc import Iterator
from math import floor

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.errors import cut, shortened
from gamemeta_levels.formats.drawing import ENTITY, NOTE, NOTHING, VARIANT, Kind, Layer, whole_of
from gamemeta_levels.formats.node import Node
from gamemeta_levels.formats.tile_words import code_of
from gamemeta_levels.formats.tiled.cells import FLIPS
from gamemeta_levels.formats.tiled.document import OUTLINES
from gamemeta_levels.formats.tiled.templates import Templates
from gamemeta_levels.formats.tiled.tilesets import Palette, Tileset, properties_of, words_of
from gamemeta_levels.level import Entity

MOST_TILES = 255 * 255
"""Tiles that one object covers at most."""
Place = tuple[int, int]


def read_objects(
    name: str, layer: Node, palette: Palette, tile: tuple[int, int], templates: Templates
) -> Iterator[Layer | Entity]:
    """Each visible object as a layer of its own, so that later ones lie above earlier ones; or as an entity.

    Args:
        name: of the layer.
        layer: that has the objects.
        palette: collects the kinds.
        tile: width and height of a tile, pixels.
        templates: of the map.
    """
    for number, each in enumerate(layer.nodes("objects"), start=1):
        alone = each.named(f"{layer.place}, object {shortened(each.fields.get('id', number), 20)}")
        template = templates.of(alone)
        one = template.filled(alone) if template else alone
        if not one.flag("visible", True):
            continue
        tileset = template.tileset if template else None
        properties = properties_of(one)
        if ENTITY in properties:
            (row, column), _ = _covered(one, tile, tileset, palette)
            variant = whole_of(VARIANT.removeprefix(NOTE), properties.get(VARIANT, 0))
            yield Entity(properties[ENTITY], row, column, variant)
            continue
        kind = _kind(one, tileset, palette)
        if kind is not None:
            (row, column), covered = _covered(one, tile, tileset, palette)
            grid = np.where(covered, palette.add(kind), NOTHING).astype(np.int32)
            yield Layer(name, grid, row, column, origin=alone.fields)


def _kind(one: Node, tileset: Tileset | None, palette: Palette) -> Kind | None:
    """What an object is; None for what is there for people: texts, and outlines without a meaning."""
    words, name = words_of(one), one.text("name", "").strip()
    if one.has("text"):
        return None
    if any(one.has(shape) for shape in OUTLINES):
        for shape in OUTLINES:
            one.values(shape)
        if any(code_of(word) is not None for word in words):
            raise one.error(
                f"{words[0]!r} is a polygon or a line, "
                "and only points, rectangles, ellipses and tiles are read."
            )
        return None
    names = (*words, *([name] if name else []))
    if not one.has("gid"):
        return Kind(names or ("object",), (*words, *([name] if name else [])))
    tile = one.whole("gid", least=0, most=2**32 - 1) & ~FLIPS
    tileset = tileset or palette.tileset_with(tile, one.place)
    shown = tileset.kind(tile - tileset.first)
    return Kind((*names, *shown.names), (*words, *shown.words, *([name] if name else [])))


def _covered(
    one: Node, tile: tuple[int, int], tileset: Tileset | None, palette: Palette
) -> tuple[Place, NDArray[np.bool_]]:
    """Row and column of the first tile, and which tiles from there on an object covers."""
    x, y = one.number("x", 0.0) / tile[0], one.number("y", 0.0) / tile[1]
    width, height = one.number("width", 0.0) / tile[0], one.number("height", 0.0) / tile[1]
    if one.has("gid"):
        right, down = _corner(one, tileset, palette)
        return (floor(y + (0.5 - down) * height), floor(x + (0.5 - right) * width)), np.ones((1, 1), np.bool_)
    if width < 0 or height < 0 or max(width, 1) * max(height, 1) > MOST_TILES:
        raise one.error(f"it covers {width:.0f} x {height:.0f} tiles; at most {MOST_TILES:,} are read.")
    rows, columns = _middles(y, height), _middles(x, width)
    if not len(rows) or not len(columns):  # it is smaller than a tile
        return (floor(y + height / 2), floor(x + width / 2)), np.ones((1, 1), np.bool_)
    covered = np.ones((len(rows), len(columns)), np.bool_)
    if one.has("ellipse"):
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


def _corner(one: Node, tileset: Tileset | None, palette: Palette) -> tuple[float, float]:
    """Which point of its picture the place of a tile object is: shares of width and height."""
    if tileset is None:
        tileset = palette.tileset_with(one.whole("gid") & ~FLIPS, one.place)
    if tileset.alignment not in _CORNERS:
        raise one.error(f"the object alignment {cut(tileset.alignment, 40)!r} of its tileset is not known.")
    return _CORNERS[tileset.alignment]
