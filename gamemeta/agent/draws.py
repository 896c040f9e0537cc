"""The random numbers of `gamemeta_levels.kernel` in NumPy, so that acting needs no compiler."""

from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_64_BITS = 2**64 - 1
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)


def _mix64(x: NDArray[np.uint64]) -> NDArray[np.uint64]:
    x = (x ^ (x >> np.uint64(30))) * _MIX_1
    x = (x ^ (x >> np.uint64(27))) * _MIX_2
    return x ^ (x >> np.uint64(31))


def combine(seed: NDArray[np.uint64], number: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """`gamemeta_levels.kernel.combine` for arrays of the same shape."""
    return _mix64(_mix64(seed + _GOLDEN) ^ (number * _GOLDEN + _GOLDEN))


def _bits_of_one(lane: int, number: int) -> int:
    """`combine` of whole numbers."""

    def mix64(x: int) -> int:
        x = ((x ^ (x >> 30)) * int(_MIX_1)) & _64_BITS
        x = ((x ^ (x >> 27)) * int(_MIX_2)) & _64_BITS
        return x ^ (x >> 31)

    golden = int(_GOLDEN)
    return mix64(mix64((lane + golden) & _64_BITS) ^ ((number * golden + golden) & _64_BITS))


def lanes(seed: int, n: int) -> NDArray[np.uint64]:
    """[n]: what each of n minds draws from."""
    return combine(np.full(n, seed & _64_BITS, np.uint64), np.arange(n, dtype=np.uint64))


def uniform(lane: NDArray[np.uint64], number: NDArray[np.int64]) -> NDArray[np.float32]:
    """[n] numbers in [0, 1): mind i's draw of this number depends on (lane[i], number[i]) alone."""
    if len(lane) == 1:  # a dozen calls on arrays take longer than whole numbers
        return np.array([(_bits_of_one(int(lane[0]), int(number[0])) >> 40) * 2.0**-24], np.float32)
    bits = combine(lane, number.astype(np.uint64))
    out: NDArray[np.float32] = (bits >> np.uint64(40)).astype(np.float32) * np.float32(2.0**-24)
    return out


def choose(
    said: NDArray[np.float32],
    heads: tuple[int, ...],
    lane: NDArray[np.uint64],
    number: NDArray[np.int64],
    codes: NDArray[np.int64],
) -> None:
    """Draw codes [n, heads] from the logits of all heads [n, S]; head h by the draws number[i] + h."""
    for h, end in enumerate(accumulate(heads)):
        logits = said[:, end - heads[h] : end]
        total = np.add.accumulate(np.exp(logits - np.maximum.reduce(logits, axis=1, keepdims=True)), axis=1)
        wanted = uniform(lane, number + h) * total[:, -1]
        codes[:, h] = np.add.reduce(total[:, :-1] <= wanted[:, None], axis=1)


def normal(lane: NDArray[np.uint64], number: NDArray[np.int64]) -> NDArray[np.float32]:
    """[n] standard normal numbers, drawn as `gamemeta.trials.sampling.normal` draws them."""
    bits = combine(lane, number.astype(np.uint64))
    radius = np.sqrt(-2.0 * np.log(((bits >> np.uint64(32)).astype(np.float64) + 1.0) * 2.0**-32))
    angle = 2.0 * np.pi * 2.0**-32 * (bits & np.uint64(0xFFFFFFFF)).astype(np.float64)
    out: NDArray[np.float32] = (radius * np.cos(angle)).astype(np.float32)
    return out
