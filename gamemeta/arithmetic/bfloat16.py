# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False, check-untyped-defs=False
"""bfloat16 in compiled kernels: the upper half of a float32, held as uint16.

numba knows no such type. Kernels read numbers through `widened` and write them through `narrowed`, and so
take arrays of either type; what they compute in between is float32.
"""

import numpy as np
from numba import types
from numba.extending import overload

_UPPER, _HALF_UNIT = np.uint32(16), np.uint32(0x8000)


def widened(number):
    """In kernels: a number of either type as float32."""
    return number


def narrowed(number, kept):
    """In kernels: a float32 as the array `kept` holds it, rounded to the nearest, ties away from 0."""
    return number


@overload(widened, inline="always")
def _widened(number):
    if number == types.uint16:
        return lambda number: np.uint32(np.uint32(number) << _UPPER).view(np.float32)
    return lambda number: number


@overload(narrowed, inline="always")
def _narrowed(number, kept):
    if kept.dtype == types.uint16:
        return _rounded
    return lambda number, kept: number


def _rounded(number, kept):
    bits = np.float32(number).view(np.uint32)
    return np.uint16(np.uint32(bits + _HALF_UNIT) >> _UPPER)
