"""The one decorator behind which numba lives, and the integer random numbers that kernels draw.

Random numbers are splitmix64 (Steele, Lea, Flood 2014): integer arithmetic only, so the same seed
gives the same bytes on every platform and for any number of threads.
"""

from collections.abc import Callable
from typing import Any, cast

import numba
import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.kernel_cache import keep_checked

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_30, _27, _31, _32, _40 = (np.uint64(k) for k in (30, 27, 31, 32, 40))
_TO_UNIT = np.float32(1.0 / (1 << 24))


def kernel(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a function of arrays and scalars; the machine code is cached beside the source."""
    return _compile(function)


def fast_kernel(function: Callable[..., Any]) -> Callable[..., Any]:
    """As `kernel`, and floating-point sums may be reordered so that they vectorise."""
    return _compile(function, fastmath=True)


def short_kernel(function: Callable[..., Any]) -> Callable[..., Any]:
    """As `kernel`, and the interpreter's lock is kept: for calls of a microsecond or two. Another thread
    would take the lock in the meantime, and to wait for it costs more than the call."""
    return _compile(function, nogil=False)


def lean_kernel(function: Callable[..., Any]) -> Callable[..., Any]:
    """As `kernel`, for functions that make no arrays; one that does is refused when it is compiled.

    Who holds an array is then not counted as it is handed on, which with a dozen arrays takes longer than a
    short function does. What is called in a loop should be lean, and so should what it calls.
    """
    return _compile(function, lean=True)


def inlined_kernel(function: Callable[..., Any]) -> Callable[..., Any]:
    """As `lean_kernel`, and its machine code becomes part of every kernel that calls it, however long."""
    return _compile(function, lean=True, forceinline=True)


def _compile(function: Callable[..., Any], lean: bool = False, **options: Any) -> Callable[..., Any]:
    # numba's runtime makes and counts arrays; left open, a function would have it as its first caller has
    options = {"nogil": True, "error_model": "numpy", "_nrt": not lean, **options}
    try:
        compiled = numba.njit(cache=True, **options)(function)
    except RuntimeError:  # there is no folder to keep machine code in: compile in every process
        return cast(Callable[..., Any], numba.njit(**options)(function))
    if compiled is not function:  # it is where NUMBA_DISABLE_JIT is set
        keep_checked(compiled, function.__module__)
    return cast(Callable[..., Any], compiled)


@lean_kernel
def mix64(x: Any) -> Any:
    """Scramble 64 bits (the finaliser of splitmix64)."""
    x = np.uint64(x)
    x = (x ^ (x >> _30)) * _MIX_1
    x = (x ^ (x >> _27)) * _MIX_2
    return x ^ (x >> _31)


@lean_kernel
def combine(seed: Any, number: Any) -> Any:
    """One seed out of two numbers: what trial `number` of run `seed` draws from."""
    return mix64(mix64(np.uint64(seed) + GOLDEN) ^ (np.uint64(number) * GOLDEN + GOLDEN))


@lean_kernel
def below(stream: NDArray[np.uint64], n: int) -> Any:
    """A number in [0, n), n < 2**32; `stream` is uint64 [1] and moves on by one draw."""
    stream[0] += GOLDEN
    return np.int64(((mix64(stream[0]) >> _32) * np.uint64(n)) >> _32)


@lean_kernel
def uniform(seed: Any, number: Any) -> Any:
    """A number in [0, 1) with 24 random bits that depends on its two arguments alone."""
    return np.float32(combine(seed, number) >> _40) * _TO_UNIT
