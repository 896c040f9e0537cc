"""splitmix64 (Steele, Lea, Flood 2014) in plain Python and NumPy: whole numbers, and arrays of them.

Integer arithmetic, so that the same seed gives the same bits on every platform and with every NumPy.
`gamemeta_levels.kernel` has the same functions compiled; the tests hold all forms equal, bit by bit. Whole
numbers are here beside arrays because a draw for one mind takes a dozen calls on arrays, which cost more
than the draw.
"""

import numpy as np
from numpy.typing import NDArray

MASK = (1 << 64) - 1
GOLDEN = 0x9E3779B97F4A7C15
MIX_1, MIX_2 = 0xBF58476D1CE4E5B9, 0x94D049BB133111EB

_GOLDEN, _MIX_1, _MIX_2 = (np.uint64(k) for k in (GOLDEN, MIX_1, MIX_2))
_30, _27, _31 = (np.uint64(k) for k in (30, 27, 31))


def mix(x: int) -> int:
    """The finaliser of splitmix64: scrambles 64 bits."""
    x &= MASK
    x = ((x ^ (x >> 30)) * MIX_1) & MASK
    x = ((x ^ (x >> 27)) * MIX_2) & MASK
    return x ^ (x >> 31)


def combine(seed: int, number: int) -> int:
    """One seed out of two numbers: what draw `number` of `seed` gives."""
    return mix(mix(seed + GOLDEN) ^ ((number * GOLDEN + GOLDEN) & MASK))


def mix_all(x: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """`mix` of every number of an array."""
    x = (x ^ (x >> _30)) * _MIX_1
    x = (x ^ (x >> _27)) * _MIX_2
    return x ^ (x >> _31)


def combine_all(seeds: NDArray[np.uint64], numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """`combine` of arrays of the same shape, element by element."""
    return mix_all(mix_all(seeds + _GOLDEN) ^ (numbers * _GOLDEN + _GOLDEN))
