"""Which levels play alike: they count as one."""

import numpy as np
from numpy.typing import NDArray


def different_levels(fingerprints: NDArray[np.uint64]) -> tuple[int, NDArray[np.int64]]:
    """How many levels differ, and the number of each one [N]; levels that play alike have the same.

    Args:
        fingerprints: [N], of `LevelFamily.fingerprints`. A level with 0, which nobody looked at, is like no
            other.
    """
    unknown = fingerprints == 0
    known, numbers = np.unique(fingerprints[~unknown], return_inverse=True)
    every = np.empty(len(fingerprints), np.int64)
    every[~unknown] = numbers.reshape(-1)
    every[unknown] = len(known) + np.arange(unknown.sum())
    return len(known) + int(unknown.sum()), every
