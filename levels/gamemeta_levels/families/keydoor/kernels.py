"""Compiled parts of the family `keydoor`."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.families.darkroom.kernels import CELLS, SIDE, START, put_distances, steps_between
from gamemeta_levels.hash_kernels import finished, hash_of_tiles, split_code_of
from gamemeta_levels.kernel import below, combine, kernel, lean_kernel
from gamemeta_levels.tiles import DOOR, FLOOR, KEY, SPAWN

TRIES = 10_000
"""Draws after which a seed is given up; one draw in ten hits the rarest split."""


@lean_kernel
def put_pair(
    key_cell: int,
    door_cell: int,
    tiles: NDArray[np.uint8],
    key: NDArray[np.int32],
    door: NDArray[np.int32],
) -> None:
    """Draw the level with this key and door into tiles [9, 9]; in the middle they take the spawn's place."""
    tiles[:, :] = FLOOR
    tiles[START // SIDE, START % SIDE] = SPAWN
    key[0], key[1] = key_cell // SIDE, key_cell % SIDE
    door[0], door[1] = door_cell // SIDE, door_cell % SIDE
    tiles[key[0], key[1]], tiles[door[0], door[1]] = KEY, DOOR


@lean_kernel
def plan_steps(key_cell: int, door_cell: int) -> Any:
    """Steps of the shortest plan; a key in the middle is taken by staying there for one."""
    return max(steps_between(START, key_cell), 1) + steps_between(key_cell, door_cell)


@kernel
def fill(
    rows: NDArray[np.int64],
    seeds: NDArray[np.int64],
    split: int,
    tiles: NDArray[np.uint8],
    key: NDArray[np.int32],
    door: NDArray[np.int32],
    distance: NDArray[np.uint16],
    par_steps: NDArray[np.int32],
    seed: NDArray[np.int64],
    content: NDArray[np.uint64],
) -> Any:
    """Draw key and door of each seed, all pairs of two cells with the same chance, until they lie in the
    split.

    Returns -1, or the index of a seed that accepted no level in `TRIES` draws.
    """
    stream = np.empty(1, np.uint64)
    for k in range(rows.shape[0]):
        i = rows[k]
        attempt, accepted = 0, False
        while not accepted:
            if attempt == TRIES:
                return k
            stream[0] = combine(np.uint64(seeds[k]), np.uint64(attempt))
            attempt += 1
            key_cell = below(stream, CELLS)
            door_cell = (key_cell + 1 + below(stream, CELLS - 1)) % CELLS
            put_pair(key_cell, door_cell, tiles[i], key[i], door[i])
            content[i] = finished(hash_of_tiles(tiles[i], SIDE, SIDE))
            accepted = split < 0 or split_code_of(content[i]) == split
        put_distances(door_cell, distance[i])
        par_steps[i] = plan_steps(key_cell, door_cell)
        seed[i] = seeds[k]
    return -1
