"""Compiled parts of the family `grid`: its cells, moves and goals."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.hash_kernels import finished, hash_of_tiles
from gamemeta_levels.kernel import below, combine, kernel
from gamemeta_levels.tiles import FLOOR, GOAL, SPAWN

SIDE = 5
START = 0
"""The cell in which every episode begins: the lower left corner."""
STAY, UP, RIGHT, DOWN, LEFT = range(5)
ACTIONS = 5

GOALS = np.array([cell for cell in range(SIDE * SIDE) if cell // SIDE > 1 or cell % SIDE > 1], np.int64)
"""The 21 cells that can be the goal: not the start, cell 0, nor its three neighbours."""


@kernel
def move(cell: int, action: int) -> Any:
    """The cell that an action leads to; at an edge one stays. Cells are numbered row * 5 + column from the
    lower left corner, so that `up` leads to the next row."""
    row, column = cell // SIDE, cell % SIDE
    if action == UP:
        row = min(row + 1, SIDE - 1)
    elif action == RIGHT:
        column = min(column + 1, SIDE - 1)
    elif action == DOWN:
        row = max(row - 1, 0)
    elif action == LEFT:
        column = max(column - 1, 0)
    return row * SIDE + column


@kernel
def steps_between(cell: int, other: int) -> Any:
    """Fewest moves from one cell to another."""
    return abs(cell // SIDE - other // SIDE) + abs(cell % SIDE - other % SIDE)


@kernel
def put_goal(
    cell: int, tiles: NDArray[np.uint8], goal: NDArray[np.int32], distance: NDArray[np.uint16]
) -> None:
    """Draw the level with this goal into tiles [5, 5]: row 0 is the top one, cells count from the lowest."""
    tiles[:, :] = FLOOR
    tiles[SIDE - 1 - START // SIDE, START % SIDE] = SPAWN
    goal[0], goal[1] = SIDE - 1 - cell // SIDE, cell % SIDE
    tiles[goal[0], goal[1]] = GOAL
    for other in range(SIDE * SIDE):
        distance[SIDE - 1 - other // SIDE, other % SIDE] = steps_between(other, cell)


@kernel
def fill(
    rows: NDArray[np.int64],
    seeds: NDArray[np.int64],
    tiles: NDArray[np.uint8],
    goal: NDArray[np.int32],
    distance: NDArray[np.uint16],
    seed: NDArray[np.int64],
    content: NDArray[np.uint64],
) -> None:
    """Draw the goal of each seed, each of GOALS with the same chance."""
    stream = np.empty(1, np.uint64)
    for k in range(rows.shape[0]):
        i = rows[k]
        stream[0] = combine(np.uint64(seeds[k]), np.uint64(0))
        put_goal(GOALS[below(stream, GOALS.shape[0])], tiles[i], goal[i], distance[i])
        content[i] = finished(hash_of_tiles(tiles[i], SIDE, SIDE))
        seed[i] = seeds[k]
