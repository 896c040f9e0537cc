"""Compiled parts of the family `bandit`."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.hash_kernels import finished, hash_of_tiles, name_bytes, split_code_of, with_numbers
from gamemeta_levels.kernel import below, combine, kernel

TRIES = 10_000
"""Draws after which a seed is given up; one draw in ten hits the rarest split."""
_NAME = name_bytes("probability")
_MILLION = 1e6


@kernel
def best_arm(chances: NDArray[Any]) -> Any:
    """The first arm of the largest chance."""
    best = 0
    for arm in range(1, chances.shape[0]):
        if chances[arm] > chances[best]:
            best = arm
    return best


@kernel
def fill(
    low: int,
    high: int,
    rows: NDArray[np.int64],
    seeds: NDArray[np.int64],
    split: int,
    tiles: NDArray[np.uint8],
    probability: NDArray[np.float32],
    goal: NDArray[np.int32],
    seed: NDArray[np.int64],
    content: NDArray[np.uint64],
) -> Any:
    """Draw the chances of each seed's arms, low..high millionths, until they lie in the split.

    Returns -1, or the index of a seed that found no level in `TRIES` draws.
    """
    millionths, stream = np.empty(probability.shape[1], np.int64), np.empty(1, np.uint64)
    for k in range(rows.shape[0]):
        i = rows[k]
        start = hash_of_tiles(tiles[i], 1, tiles.shape[2])
        attempt, in_split = 0, False
        while not in_split:
            if attempt == TRIES:
                return k
            stream[0] = combine(np.uint64(seeds[k]), np.uint64(attempt))
            attempt += 1
            for arm in range(millionths.shape[0]):
                millionths[arm] = low + below(stream, high - low + 1)
            content[i] = finished(with_numbers(start, _NAME, millionths))
            in_split = split < 0 or split_code_of(content[i]) == split
        for arm in range(millionths.shape[0]):
            probability[i, arm] = millionths[arm] / _MILLION
        goal[i, 1], seed[i] = best_arm(millionths), seeds[k]
    return -1
