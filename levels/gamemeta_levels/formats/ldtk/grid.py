"""The grid that a level is read on, and what lies on each of its cells."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.errors import LevelError
from gamemeta_levels.formats.drawing import NOTHING
from gamemeta_levels.formats.json_text import Node
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


@dataclass
class Stack:
    """Things that may lie on one another, as sheets that have one thing a cell."""

    height: int
    width: int
    sheets: list[NDArray[np.int32]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._depth = np.zeros((self.height, self.width), np.int32)

    def put(self, kind: int, rows: Span, columns: Span, place: str) -> None:
        """Lay a thing on these rows and columns; it is cut at the border.

        Raises:
            LevelError: too many lie there already.
        """
        where = (
            slice(max(rows[0], 0), max(rows[1], 0)),
            slice(max(columns[0], 0), max(columns[1], 0)),
        )
        under = self._depth[where]
        if not under.size:
            return
        depth = int(under.max())
        if depth >= MOST_DEEP:
            raise LevelError(f"{place}: over {MOST_DEEP} things of one layer lie on one cell.")
        if depth == len(self.sheets):
            self.sheets.append(np.full((self.height, self.width), NOTHING, np.int32))
        self.sheets[depth][where] = kind
        self._depth[where] = depth + 1
