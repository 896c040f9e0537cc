"""The layers of a level of LDtk: values of an IntGrid, entities, and tiles."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.errors import LevelError
from gamemeta_levels.formats.drawing import DECORATION, NOTHING, UNKNOWN, Kind, Layer, code_of_kind
from gamemeta_levels.formats.ldtk.grid import Frame, Grid, Span, covered, frame_of, stacked
from gamemeta_levels.formats.ldtk.kinds import Kinds, kind_of_entity, our_entity, unnamed_value
from gamemeta_levels.formats.node import Node
from gamemeta_levels.formats.tile_words import TileWords
from gamemeta_levels.level import Entity

INT_GRID, ENTITIES, TILES, AUTO = "IntGrid", "Entities", "Tiles", "AutoLayer"
MOST_CELLS, MOST_PIXELS = 1_000_000, 2**31
"""Cells of an IntGrid, which may be finer than the level, and how far away from the level a thing may be."""


@dataclass(frozen=True)
class Values:
    """An IntGrid layer."""

    name: str
    frame: Frame
    numbers: NDArray[np.int32]
    """[rows, columns]: 0 is empty."""
    kinds: dict[int, Kind]
    """Of the values that are drawn."""
    defined: dict[int, Kind]
    """Of all values that the layer has."""

    def codes(self, words: TileWords) -> set[int]:
        """The tile codes that are drawn."""
        return {code_of_kind(kind, self.name, words) for kind in self.kinds.values()} - {DECORATION, UNKNOWN}

    def layer(self, grid: Grid, kinds: Kinds) -> Layer:
        """What it shows on the grid of the level."""
        shown = np.full(self.numbers.shape, NOTHING, np.int32)
        for value, kind in self.kinds.items():
            shown[self.numbers == value] = kinds.number(kind)
        return Layer(self.name, grid.sampled(shown, self.frame))


def values_of(layer: Node, kinds: Kinds) -> Values:
    """The values of an IntGrid layer, each a number; 0 is empty."""
    rows, columns = layer.whole("__cHei", least=0), layer.whole("__cWid", least=0)
    if rows * columns > MOST_CELLS:
        raise LevelError(f"{layer.at('__cWid')}: {rows} x {columns} cells; at most {MOST_CELLS:,} are read.")
    numbers = np.array(_flat(layer, rows * columns), np.int64).reshape(rows, columns)
    defined, name = kinds.of_values(layer), layer.text("__identifier")
    used = [int(value) for value in np.unique(numbers) if value != 0]
    if len(used) > 1000:
        raise LevelError(f"{layer.at('intGridCsv')} has {len(used)} different values; LDtk has at most 999.")
    meant = {value: defined.get(value, unnamed_value(name, value)) for value in used}
    return Values(name, frame_of(layer), numbers.astype(np.int32), meant, defined)


def _flat(layer: Node, count: int) -> list[int]:
    """The cells row by row; before LDtk 0.8 only those that are not empty were listed, counted from 0."""
    if layer.has("intGridCsv") or not layer.has("intGrid"):
        values = layer.wholes("intGridCsv", least=0, count=count)
        if values and max(values) >= 2**31:
            raise LevelError(
                f"{layer.at('intGridCsv')} holds {max(values)}, which is no value of an IntGrid."
            )
        return values
    cells = [0] * count
    for one in layer.nodes("intGrid"):
        place, value = one.whole("coordId", least=0), one.whole("v", least=0)
        if place >= count or value >= 2**31 - 1:
            raise LevelError(f"{one.at('coordId')} is {place}, value {value}; there are {count} cells.")
        cells[place] = value + 1
    return cells


def entity_layers(layer: Node, grid: Grid, kinds: Kinds, entities: list[Entity]) -> Iterator[Layer]:
    """Layers of entities: each marks the cell of its pivot, or all that it covers if it can be resized.

    Args:
        layer: of entities.
        grid: of the level.
        kinds: those met so far.
        entities: those of the level's own are added to these.
    """
    frame, numbers, places = frame_of(layer), list[int](), list[tuple[Span, Span]]()
    for one in layer.nodes("entityInstances"):
        place = cells_of(one, frame, grid, kinds)
        ours = our_entity(one)
        if ours is not None:
            entities.append(Entity(ours[0], place[0][0], place[1][0], ours[1]))
        else:
            numbers.append(kinds.number(kind_of_entity(one)))
            places.append(place)
    spans = np.array(places, np.int64).reshape(-1, 2, 2)
    sheets = stacked(grid, numbers, spans[:, 0], spans[:, 1], layer.at("entityInstances"))
    yield from (Layer(layer.text("__identifier"), sheet) for sheet in sheets)


def cells_of(entity: Node, frame: Frame, grid: Grid, kinds: Kinds) -> tuple[Span, Span]:
    """Rows and columns that an entity marks."""
    x, y = _pair(entity, "px")
    pivots = [*entity.values("__pivot"), 0, 0][:2]
    pivot_x, pivot_y = (Node(entity.at("__pivot"), {"of": one}).share("of", 0.0) for one in pivots)
    x, y = x + frame.left, y + frame.top
    if entity.whole("defUid", -1) in kinds.areas:
        width, height = entity.whole("width", grid.cell, least=1), entity.whole("height", grid.cell, least=1)
        rows = covered(round(y - height * pivot_y), height, grid.cell)
        columns = covered(round(x - width * pivot_x), width, grid.cell)
        if rows[0] < rows[1] and columns[0] < columns[1]:
            return rows, columns
    row, column = (y - (pivot_y == 1)) // grid.cell, (x - (pivot_x == 1)) // grid.cell
    return (row, row + 1), (column, column + 1)


def tile_layers(
    layer: Node, field: str, grid: Grid, kinds: Kinds, *, is_art: bool, name: str
) -> Iterator[Layer]:
    """Layers of tiles, drawn by hand or by rules: in one cell some may lie on others."""
    tiles = layer.values(field)
    if not tiles:
        return
    frame, uid = frame_of(layer), layer.whole("overrideTilesetUid", layer.whole("__tilesetDefUid", -1))
    if uid not in kinds.tilesets:
        raise LevelError(f"{layer.at('__tilesetDefUid')} is {uid}; there is no such tileset.")
    tileset = kinds.tilesets[uid]
    x, y, shown = _tiles(layer, field, tiles).T
    different, which = np.unique(shown, return_inverse=True)
    numbers = np.array([kinds.number(tileset.kind(int(one), is_art=is_art)) for one in different])[which]
    rows = np.stack(covered(y + frame.top, frame.cell, grid.cell), axis=1)
    columns = np.stack(covered(x + frame.left, frame.cell, grid.cell), axis=1)
    sheets = stacked(grid, numbers, rows, columns, layer.at(field))
    yield from (Layer(name, sheet) for sheet in sheets)


def _tiles(layer: Node, field: str, tiles: list[Any]) -> NDArray[np.int64]:
    """[tiles, 3]: pixels to the right and down, and number in the tileset."""
    try:
        table = np.array([(*one["px"], one["t"]) for one in tiles])
    except (KeyError, TypeError, ValueError, OverflowError):
        table = np.zeros(0)
    if table.dtype == np.int64 and table.shape == (len(tiles), 3):
        lowest, highest = table.min(axis=0), table.max()
        if lowest[:2].min() >= -MOST_PIXELS and lowest[2] >= 0 and highest <= MOST_PIXELS:
            return table
    rows = [(*_pair(one, "px"), one.whole("t", least=0)) for one in layer.nodes(field)]  # finds what is wrong
    return np.array(rows, np.int64)


def _pair(node: Node, name: str) -> tuple[int, int]:
    x, y = node.wholes(name, count=2)
    if max(abs(x), abs(y)) > MOST_PIXELS:
        raise LevelError(f"{node.at(name)} is [{x}, {y}], which lies outside of every world.")
    return x, y
