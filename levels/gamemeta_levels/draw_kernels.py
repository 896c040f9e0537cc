"""Compiled random draws from a stream: uniform, normal, exponential, gamma, beta.

A stream is uint64 [1], as in `gamemeta_levels.kernel.below`; its value is set from counters (seed,
instance, step), so that a draw depends on those alone and never on how instances are batched.
The bits are the same on every platform; logarithm and cosine may differ in the last place.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.kernel import GOLDEN, lean_kernel, mix64

_11 = np.uint64(11)
_TO_UNIT = 1.0 / (1 << 53)
_TURN = 2.0 * math.pi


@lean_kernel
def unit(stream: NDArray[np.uint64]) -> Any:
    """A number in [0, 1) with 53 random bits."""
    stream[0] += GOLDEN
    return np.float64(mix64(stream[0]) >> _11) * _TO_UNIT


@lean_kernel
def exponential(stream: NDArray[np.uint64]) -> Any:
    """An exponential number of mean 1."""
    return -math.log(1.0 - unit(stream))


@lean_kernel
def normal(stream: NDArray[np.uint64]) -> Any:
    """A standard normal number (Box and Muller 1958; the second of the pair is dropped)."""
    radius = math.sqrt(2.0 * exponential(stream))
    return radius * math.cos(_TURN * unit(stream))


@lean_kernel
def gamma(stream: NDArray[np.uint64], shape: float) -> Any:
    """A gamma number of scale 1 for shape >= 1, by rejection (Marsaglia and Tsang 2000)."""
    d = shape - 1.0 / 3.0
    c = 1.0 / math.sqrt(9.0 * d)
    while True:
        x = normal(stream)
        v = 1.0 + c * x
        if v <= 0.0:
            continue
        v = v * v * v
        u = 1.0 - unit(stream)
        if math.log(u) < 0.5 * x * x + d - d * v + d * math.log(v):
            return d * v


@lean_kernel
def beta(stream: NDArray[np.uint64], a: float, b: float) -> Any:
    """A Beta(a, b) number for a, b >= 1, from two gamma numbers."""
    x = gamma(stream, a)
    return x / (x + gamma(stream, b))
