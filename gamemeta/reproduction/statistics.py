"""Means over instances with standard errors, and shares of the optimum on the same instances."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gamemeta.evaluation.statistics.student import CONFIDENCE, t_quantile

Floats = NDArray[np.float64]
Z = 1.959964
"""Half-width of a 95% interval in standard errors."""


@dataclass(frozen=True)
class Estimate:
    """A mean with its standard error."""

    value: float
    error: float

    @property
    def low(self) -> float:
        """Lower end of the 95% interval."""
        return self.value - Z * self.error

    @property
    def high(self) -> float:
        """Upper end of the 95% interval."""
        return self.value + Z * self.error


def mean(values: Floats, groups: NDArray[np.int64] | None = None) -> Estimate:
    """Mean of values [N] and its standard error.

    Args:
        values: one an instance.
        groups: int64 [N], for instances that were not drawn but are a few levels, each equally often:
            the error is then that of chance within the levels.
    """
    N = len(values)
    if groups is None:
        return Estimate(float(values.mean()), float(values.std(ddof=1) / N**0.5) if N > 1 else 0.0)
    counts = np.bincount(groups)
    means = np.bincount(groups, values) / counts
    squares = np.bincount(groups, (values - means[groups]) ** 2)
    variance = squares / np.maximum(counts - 1, 1)
    shares = counts / N
    return Estimate(float(values.mean()), float(np.sqrt((shares**2 * variance / counts).sum())))


def ratio(values: Floats, reference: Floats, groups: NDArray[np.int64] | None = None) -> Estimate:
    """Mean of values over mean of reference, both [N] on the same instances (delta method)."""
    share = float(values.mean() / reference.mean())
    return Estimate(share, mean(values - share * reference, groups).error / abs(float(reference.mean())))


def half_width(error: float, by_seed: Sequence[float]) -> float:
    """Half of a 95% interval over instances and training seeds; see `evaluation.statistics.intervals`.

    Args:
        error: standard error over instances.
        by_seed: the value of each training seed on the same instances; of one or none, instances alone count.
    """
    square, seeds = (Z * error) ** 2, len(by_seed)
    if seeds > 1:
        square += t_quantile((1 + CONFIDENCE) / 2, seeds - 1) ** 2 * float(np.var(by_seed, ddof=1)) / seeds
    return float(square**0.5)


def deviation(values: Sequence[float]) -> float | None:
    """Standard deviation between training seeds; None for a single one."""
    return float(np.std(values, ddof=1)) if len(values) > 1 else None
