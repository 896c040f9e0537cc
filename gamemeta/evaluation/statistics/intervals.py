"""95% intervals of a mean over levels and training seeds, whose coverage holds with few seeds, too.

A mean over levels and training seeds is uncertain in two ways: other levels could have been drawn, and other
trainings. Each way has a standard error and its own t quantile, and the squares of their products add up to
that of the half width. Banerjee (1960) showed that such an interval covers at least as often as it says,
however few degrees of freedom a part has. Training seeds have as many as there are seeds, less one: two
seeds that differ say little, and the interval shows it. With a single training seed the interval is over
levels alone.

Levels that are copies of one world count once: a cluster is what is drawn (cluster-robust variance).
"""

from dataclasses import dataclass
from math import isfinite, sqrt

import numpy as np
from numpy.typing import NDArray

from gamemeta.evaluation.statistics.student import CONFIDENCE, t_quantile

Floats = NDArray[np.float64]
Clusters = NDArray[np.int64] | None
"""[levels], the number of the world that each level is; None where every level is one of its own."""


@dataclass(frozen=True)
class Interval:
    """An estimate with its 95% interval; not finite where there is none."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        if not isfinite(self.value):
            return "undefined"
        if not isfinite(self.low + self.high):
            return f"{self.value:.3f} (no interval)"
        return f"{self.value:.3f} ({self.low:.3f} to {self.high:.3f})"

    def to_json(self) -> dict[str, float | None]:
        """The numbers by name, to five places; None where one is not finite."""
        return {name: round(x, 5) if isfinite(x) else None for name, x in vars(self).items()}


UNDEFINED = Interval(float("nan"), float("nan"), float("nan"))


def margin(values: Floats, clusters: Clusters = None, confidence: float = CONFIDENCE) -> Floats:
    """Half of the interval of the mean of values [seeds, levels, ...] over both, [...].

    Infinite for a single level (or cluster): nothing then shows how levels differ.
    """
    probability, seeds = (1 + confidence) / 2, len(values)
    squares = _of_levels(values.mean(axis=0), clusters, probability)
    if seeds > 1:
        error = values.mean(axis=1).var(axis=0, ddof=1) / seeds
        squares = squares + t_quantile(probability, seeds - 1) ** 2 * error
    half: Floats = np.sqrt(squares)
    return half


def _of_levels(values: Floats, clusters: Clusters, probability: float) -> Floats:
    """Square of the half width that levels alone give, of values [levels, ...]."""
    levels, off = len(values), values - values.mean(axis=0)
    if clusters is not None:
        worlds, of = np.unique(clusters, return_inverse=True)
        sums = np.zeros((len(worlds), *off.shape[1:]))
        np.add.at(sums, of, off)
        off = sums
    drawn = len(off)
    if drawn < 2:
        return np.full(values.shape[1:], np.inf)
    error: Floats = np.square(off).sum(axis=0) * drawn / (drawn - 1) / levels**2
    return error * t_quantile(probability, drawn - 1) ** 2


def interval(values: Floats, clusters: Clusters = None, confidence: float = CONFIDENCE) -> Interval:
    """The mean of values [seeds, levels], or of [levels], with its interval."""
    values = values.reshape(-1, values.shape[-1])
    value, half = float(values.mean()), float(margin(values, clusters, confidence))
    return Interval(value, value - half, value + half)


def ratio_interval(top: Floats, bottom: Floats, clusters: Clusters = None) -> Interval:
    """Mean of top over mean of bottom, both [seeds, levels], with its interval after Fieller (1954).

    The interval holds every ratio r for which the mean of top - r bottom may be 0. It has two ends only where
    the interval of bottom lies above 0; else the ratio is undefined.
    """
    g, r = float(top.mean()), float(bottom.mean())

    def square(values: Floats) -> float:
        return float(margin(values, clusters)) ** 2

    tops, bottoms = square(top), square(bottom)
    if not isfinite(tops + bottoms) or r <= 0 or r**2 <= bottoms:
        return UNDEFINED
    both = (square(top + bottom) - square(top - bottom)) / 4
    a, b, c = r**2 - bottoms, g * r - both, g**2 - tops
    root = sqrt(max(b**2 - a * c, 0.0))
    return Interval(g / r, (b - root) / a, (b + root) / a)


def over_seeds(values: Floats, margins: Floats) -> Interval:
    """The mean of one value for each training seed, [seeds], with an interval over levels and seeds.

    For where only the seeds' own values are known: all played the same levels, so that their mean is no less
    certain over levels than they are.

    Args:
        values: [seeds].
        margins: [seeds], half of each one's interval over levels.
    """
    value, half = float(values.mean()), float(np.square(margins).mean())
    if len(values) > 1:
        half += (
            t_quantile((1 + CONFIDENCE) / 2, len(values) - 1) ** 2 * float(values.var(ddof=1)) / len(values)
        )
    return Interval(value, value - sqrt(half), value + sqrt(half))


def basis(seeds: int) -> str:
    """What an interval of so many training seeds is over, in words."""
    return f"levels and {seeds} training seeds" if seeds > 1 else "levels only, one training seed"
