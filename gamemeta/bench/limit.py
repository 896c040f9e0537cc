"""What the hardware allows, measured in the same run as the figure that is set against it."""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

ROWS = 4096
"""Rows of the matrix product that measures a core's rate."""
TRIES = 9
SECONDS = 0.02
"""Least length of one try."""


@dataclass(frozen=True)
class Limit:
    """A rate that cannot be beaten, and the share of it that was reached.

    Args:
        of: what is counted, in words, with the sizes it was measured at.
        per_s: the limit.
        reached_per_s: what was reached.
    """

    of: str
    per_s: float
    reached_per_s: float

    @property
    def share(self) -> float:
        """Reached over limit."""
        return self.reached_per_s / self.per_s

    def to_json(self) -> dict[str, Any]:
        """All of it as plain JSON data."""
        return {"of": self.of, "per_s": self.per_s, "reached_per_s": self.reached_per_s, "share": self.share}


def products_per_row(weights: Mapping[str, NDArray[Any]] | Iterable[tuple[str, Any]]) -> int | None:
    """Multiply-adds of one row through a network's matrices; None where it does more than multiply by them.

    Tables of symbols are looked up, not multiplied, and do not count.
    """
    named = dict(weights.items() if isinstance(weights, Mapping) else weights)
    if any(name.endswith(".action_keys") or ".pick" in name or ".images." in name for name in named):
        return None
    counted = (a for name, a in named.items() if a.ndim == 2 and not name.startswith("encoder.tables."))
    return sum(int(np.prod(a.shape)) for a in counted)


def numpy_products(width: int) -> tuple[str, float]:
    """Operations a second of float32 matrix products in NumPy, with words that say of which."""
    a, b, out = _matrices(width)
    return _words("NumPy", width), _product_rate(lambda: np.matmul(a, b, out=out), width)


def torch_products(width: int, precision: str = "float32") -> tuple[str, float]:
    """As `numpy_products`, in torch with the number of threads that it now has, and with this precision."""
    import torch

    from gamemeta.networks.precision import matrix_products

    a, b, out = (torch.from_numpy(array) for array in _matrices(width))
    with matrix_products(precision):
        rate = _product_rate(lambda: torch.mm(a, b, out=out), width)
    return _words("torch", width, precision), rate


def copies(size: int) -> tuple[str, float]:
    """Bytes a second of copying `size` bytes that stay in the same place."""
    source, target = np.ones(size, np.uint8), np.zeros(size, np.uint8)
    words = f"bytes copied by NumPy, {size:,} at a time"
    return words, size / seconds_of(lambda: np.copyto(target, source))


def seconds_of(call: Callable[[], Any]) -> float:
    """Median seconds of a call, over tries that each last a while."""
    call()
    times = []
    for _ in range(TRIES):
        began, calls, passed = time.perf_counter(), 0, 0.0
        while passed < SECONDS:
            call()
            calls += 1
            passed = time.perf_counter() - began
        times.append(passed / calls)
    return median(times)


def _matrices(width: int) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    rng = np.random.default_rng(0)
    a = rng.standard_normal((ROWS, width), np.float32)
    return a, rng.standard_normal((width, 3 * width), np.float32), np.empty((ROWS, 3 * width), np.float32)


def _product_rate(call: Callable[[], Any], width: int) -> float:
    return 2.0 * ROWS * width * 3 * width / seconds_of(call)


def _words(library: str, width: int, precision: str = "float32") -> str:
    sizes = f"{ROWS}x{width} by {width}x{3 * width}"
    return f"{precision} operations of matrix products in {library}, {sizes}"
