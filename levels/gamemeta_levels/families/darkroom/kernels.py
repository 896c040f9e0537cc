"""Compiled parts of the family `darkroom`: its cells, moves and goals. `keydoor` has the same cells and
moves."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.hash_kernels import finished, hash_of_tiles
from gamemeta_levels.kernel import below, combine, kernel, lean_kernel
from gamemeta_levels.tiles import FLOOR, GOAL, SPAWN

SIDE = 9
CELLS = SIDE * SIDE
START = CELLS // 2
"""The cell in which every episode begins: the middle one."""
STAY, UP, RIGHT, DOWN, LEFT = range(5)
ACTIONS = 5


@lean_kernel
def move(cell: int, action: int) -> Any:
    """The cell that an action leads to; at an edge one stays. Cells are numbered row * 9 + column from the
    upper left corner."""
    row, column = cell // SIDE, cell % SIDE
    if action == UP:
        row = max(row - 1, 0)
    elif action == RIGHT:
        column = min(column + 1, SIDE - 1)
    elif action == DOWN:
        row = min(row + 1, SIDE - 1)
    elif action == LEFT:
        column = max(column - 1, 0)
    return row * SIDE + column


@lean_kernel
def steps_between(cell: int, other: int) -> Any:
    """Fewest moves from one cell to another."""
    return abs(cell // SIDE - other // SIDE) + abs(cell % SIDE - other % SIDE)


@lean_kernel
def optimal_moves(cell: int, target: int) -> Any:
    """Bit k is set when action k leads one step nearer to the target, or keeps the agent there."""
    bits, wanted = 0, max(steps_between(cell, target) - 1, 0)
    for action in range(ACTIONS):
        if steps_between(move(cell, action), target) == wanted:
            bits |= 1 << action
    return bits


@lean_kernel
def put_distances(target: int, distance: NDArray[np.uint16]) -> None:
    """Steps from each cell to the target into distance [9, 9]."""
    for cell in range(CELLS):
        distance[cell // SIDE, cell % SIDE] = steps_between(cell, target)


@lean_kernel
def put_goal(
    cell: int, tiles: NDArray[np.uint8], goal: NDArray[np.int32], distance: NDArray[np.uint16]
) -> None:
    """Draw the level with this goal into tiles [9, 9]; in the middle it takes the place of the spawn."""
    tiles[:, :] = FLOOR
    tiles[START // SIDE, START % SIDE] = SPAWN
    goal[0], goal[1] = cell // SIDE, cell % SIDE
    tiles[goal[0], goal[1]] = GOAL
    put_distances(cell, distance)


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
    """Draw the goal of each seed, each cell with the same chance."""
    stream = np.empty(1, np.uint64)
    for k in range(rows.shape[0]):
        i = rows[k]
        stream[0] = combine(np.uint64(seeds[k]), np.uint64(0))
        put_goal(below(stream, CELLS), tiles[i], goal[i], distance[i])
        content[i] = finished(hash_of_tiles(tiles[i], SIDE, SIDE))
        seed[i] = seeds[k]
