"""The grid that a level is read on, and what lies on each of its cells."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gamemeta_levels.errors import LevelError
from gamemeta_levels.formats.drawing import NOTHING
from gamemeta_levels.formats.node import Node
from gamemeta_levels.level import MAX_SIDE

MOST_DEEP = 32
"""Entities or tiles of one layer that may lie on one cell."""
Span = tuple[int, int]
"""Rows, or columns, from the first to before the last."""


def covered(start: int, length: int, cell: int) -> Span:
    """The rows whose middle is covered by something that begins at a pixel and has this length."""
    middle = cell // 2
    return -(-(start - middle) // cell), -(-(start + length - middle) // cell)


@dataclass(frozen=True)
class Grid:
    """Rows and columns of square cells."""

    height: int
    width: int
    cell: int
    """Side of a cell, pixels."""

    def sampled(self, values: NDArray[np.int32], layer: "Frame") -> NDArray[np.int32]:
        """[height, width]: what a layer shows under the middle of each cell, `NOTHING` where it ends.

        Args:
            values: [rows, columns] of the layer.
            layer: its frame.
        """
        rows = layer.under(self.height, self.cell, layer.top)
        columns = layer.under(self.width, self.cell, layer.left)
        shown = np.full((self.height, self.width), NOTHING, np.int32)
        good_rows = (rows >= 0) & (rows < values.shape[0])
        good_columns = (columns >= 0) & (columns < values.shape[1])
        shown[np.ix_(good_rows, good_columns)] = values[np.ix_(rows[good_rows], columns[good_columns])]
        return shown


@dataclass(frozen=True)
class Frame:
    """Where a layer lies."""

    cell: int
    top: int
    """Of its first row below that of the level, pixels."""
    left: int

    def under(self, count: int, cell: int, offset: int) -> NDArray[np.int64]:
        """The row, or column, of the layer under the middle of each of `count` cells."""
        middles = np.arange(count) * cell + cell // 2
        return (middles - offset) // self.cell


def frame_of(layer: Node) -> Frame:
    """The frame of a layer of a level."""
    cell = layer.whole("__gridSize", least=1)
    top = layer.whole("__pxTotalOffsetY", layer.whole("pxOffsetY", 0))
    return Frame(cell, top, layer.whole("__pxTotalOffsetX", layer.whole("pxOffsetX", 0)))


def grid_of(level: Node, cell: int) -> Grid:
    """The grid of a level, whose last row and column may be cut by its border.

    Raises:
        LevelError: it is larger than a level may be.
    """
    height, width = (-(-level.whole(name, least=1) // cell) for name in ("pxHei", "pxWid"))
    if max(height, width) > MAX_SIDE:
        raise LevelError(f"it is {height} x {width} tiles; a level has at most {MAX_SIDE} a side.")
    return Grid(height, width, cell)


def stacked(
    grid: Grid, kinds: ArrayLike, rows: NDArray[np.int64], columns: NDArray[np.int64], place: str
) -> list[NDArray[np.int32]]:
    """Things that may lie on one another, as sheets [height, width] that have one thing a cell.

    Args:
        grid: of the level; things are cut at its border.
        kinds: of each thing, from the lowest to the highest.
        rows: [things, 2]: from the first to before the last.
        columns: [things, 2].
        place: of all of them, for messages.
    Raises:
        LevelError: too many lie on one cell.
    """
    rows, columns = np.clip(rows, 0, grid.height), np.clip(columns, 0, grid.width)
    widths = columns[:, 1] - columns[:, 0]
    sizes = (rows[:, 1] - rows[:, 0]) * widths
    too_deep = LevelError(f"{place}: over {MOST_DEEP} things lie on one cell.")
    if sizes.sum() > MOST_DEEP * grid.height * grid.width:
        raise too_deep
    things = np.repeat(np.arange(len(sizes)), sizes)
    within = np.arange(len(things)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    down, right = within // widths[things], within % widths[things]
    cells = (rows[things, 0] + down) * grid.width + columns[things, 0] + right
    depths = _how_often_before(cells)
    deepest = int(depths.max(initial=-1)) + 1
    if deepest > MOST_DEEP:
        raise too_deep
    sheets = np.full((deepest, grid.height * grid.width), NOTHING, np.int32)
    sheets[depths, cells] = np.asarray(kinds, np.int32)[things]
    return list(sheets.reshape(deepest, grid.height, grid.width))


def _how_often_before(values: NDArray[np.int64]) -> NDArray[np.int64]:
    """For each value, how often it stands further ahead."""
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    first = np.searchsorted(ordered, ordered)
    before = np.empty(len(values), np.int64)
    before[order] = np.arange(len(values)) - first
    return before
