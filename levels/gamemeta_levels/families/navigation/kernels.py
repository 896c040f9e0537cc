"""Compiled parts of the family `navigation`."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.hash_kernels import finished, hash_of_tiles, name_bytes, split_code_of, with_numbers
from gamemeta_levels.kernel import below, combine, kernel

TRIES = 10_000
"""Draws after which a seed is given up; one draw in ten hits the rarest split."""
_NAME = name_bytes("target")
_MILLION = 1e6


@kernel
def fill(
    low: int,
    high: int,
    rows: NDArray[np.int64],
    seeds: NDArray[np.int64],
    split: int,
    tiles: NDArray[np.uint8],
    target: NDArray[np.float32],
    seed: NDArray[np.int64],
    content: NDArray[np.uint64],
) -> Any:
    """Draw the target of each seed until it lies in the split.

    It is uniform over the square ring whose larger distance from the middle, of right and up, is low..high
    millionths.

    Returns -1, or the index of a seed that accepted no level in `TRIES` draws.
    """
    millionths, stream = np.empty(2, np.int64), np.empty(1, np.uint64)
    for k in range(rows.shape[0]):
        i = rows[k]
        start = hash_of_tiles(tiles[i], tiles.shape[1], tiles.shape[2])
        attempt, accepted = 0, False
        while not accepted:
            if attempt == TRIES:
                return k
            stream[0] = combine(np.uint64(seeds[k]), np.uint64(attempt))
            attempt += 1
            for axis in range(2):
                millionths[axis] = below(stream, 2 * high + 1) - high
            if max(abs(millionths[0]), abs(millionths[1])) < low:
                continue
            content[i] = finished(with_numbers(start, _NAME, millionths))
            accepted = split < 0 or split_code_of(content[i]) == split
        for axis in range(2):
            target[i, axis] = millionths[axis] / _MILLION
        seed[i] = seeds[k]
    return -1
