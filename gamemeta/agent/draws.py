"""The random numbers of `gamemeta_levels.kernel` in NumPy, so that acting needs no compiler."""

import numpy as np
from numpy.typing import NDArray

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)


def _mix64(x: NDArray[np.uint64]) -> NDArray[np.uint64]:
    x = (x ^ (x >> np.uint64(30))) * _MIX_1
    x = (x ^ (x >> np.uint64(27))) * _MIX_2
    return x ^ (x >> np.uint64(31))


def combine(seed: NDArray[np.uint64], number: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """`gamemeta_levels.kernel.combine` for arrays of the same shape."""
    return _mix64(_mix64(seed + _GOLDEN) ^ (number * _GOLDEN + _GOLDEN))


def _bits(seed: int, n: int, number: NDArray[np.int64]) -> NDArray[np.uint64]:
    """[n] times 64 bits that depend on (seed, i, number) alone."""
    lane = combine(np.full(n, seed & (2**64 - 1), np.uint64), np.arange(n, dtype=np.uint64))
    return combine(lane, number.astype(np.uint64))


def uniform(seed: int, n: int, number: NDArray[np.int64]) -> NDArray[np.float32]:
    """[n] numbers in [0, 1): mind i's draw of this number depends on (seed, i, number) alone."""
    out: NDArray[np.float32] = (_bits(seed, n, number) >> np.uint64(40)).astype(np.float32) * np.float32(
        2.0**-24
    )
    return out


def normal(seed: int, n: int, number: NDArray[np.int64]) -> NDArray[np.float32]:
    """[n] standard normal numbers, drawn as `gamemeta.sampling.normal` draws them."""
    bits = _bits(seed, n, number)
    radius = np.sqrt(-2.0 * np.log(((bits >> np.uint64(32)).astype(np.float64) + 1.0) * 2.0**-32))
    angle = 2.0 * np.pi * 2.0**-32 * (bits & np.uint64(0xFFFFFFFF)).astype(np.float64)
    out: NDArray[np.float32] = (radius * np.cos(angle)).astype(np.float32)
    return out
