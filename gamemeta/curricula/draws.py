"""Several random numbers out of the one that a trial draws its level from."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.kernel import combine, short_kernel

_TO_UNIT = 2.0**-53
_SEED_MASK = np.uint64((1 << 63) - 1)


@short_kernel
def _combine_all(draws: Any, number: Any, out: Any) -> None:
    for k in range(draws.shape[0]):
        out[k] = combine(draws[k], number)


def level_seeds(draws: NDArray[np.uint64]) -> NDArray[np.int64]:
    """int64 [R] from 0 to 2**63 - 1: the seed of a new level."""
    return (draws & _SEED_MASK).astype(np.int64)


def redraw(draws: NDArray[np.uint64], number: int) -> NDArray[np.uint64]:
    """uint64 [R]: one more random number out of each draw, another for every `number`."""
    out = np.empty(len(draws), np.uint64)
    _combine_all(draws, np.uint64(number), out)
    return out


def units(draws: NDArray[np.uint64], number: int) -> NDArray[np.float64]:
    """float64 [R] in [0, 1), as `redraw`."""
    return (redraw(draws, number) >> np.uint64(11)).astype(np.float64) * _TO_UNIT
