"""The arrays of matches on arenas, as compiled rules take them."""

from typing import Any, NamedTuple


class ArenaWorld(NamedTuple):
    """N matches side by side; or one of them, whose arrays then lack the first axis.

    Rows and columns are those of the level; `pad` is added to find a tile on a map. The board of one match
    lacks the axis of its only layer, too. The kernels that games call take the fields as a plain tuple:
    numba looks a named one up some microseconds more slowly.
    """

    size: Any
    """int32 [N, 2]: height and width."""
    chance: Any
    """uint64 [N]: what the draws of a match depend on."""
    others: Any
    """int64 [N, 9]: style and skill of the scripted players, in thousandths."""
    spots: Any
    """int64 [N, 2 S]: row and column of each place that the game knows by number."""
    at: Any
    """int64 [N, 2 A]: row and column of each player."""
    clock: Any
    """int64 [N, ...]: how far a match has come; the columns have their names in the game's rules."""
    board: Any
    """uint8 [N, 1, H + 2 pad, W + 2 pad]: what views show of the map, without players."""
    ways: Any
    """uint8 [N, L, H + 2 pad, W + 2 pad]: steps from every tile to each of L places."""


class ArenaLevels(NamedTuple):
    """N arenas, in the arrays of `LevelArrays`."""

    tiles: Any
    """uint8 [N, H, W]: tiles."""
    size: Any
    """int32 [N, 2]: height and width."""
    spots: Any
    """int32 [N, 8, 2]: places of the spawns and the exits."""
    distance: Any
    """uint16 [N, H, W]: steps to the middle."""
    others: Any
    """int64 [N, 9]: style and skill of the others."""
    chance: Any
    """uint64 [N]: what the draws of a match depend on."""
