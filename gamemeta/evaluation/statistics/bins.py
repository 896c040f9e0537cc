"""Scores over levels grouped by a measure."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gamemeta.evaluation.statistics.intervals import Clusters, margin

Values = NDArray[np.float64]

BINS = 6


@dataclass(frozen=True, kw_only=True)
class Bin:
    """Scores of the levels whose measure lies in low..high, both included."""

    low: float
    high: float
    levels: int
    mean: Values
    """[K], mean score by episode."""
    margin: Values
    """[K], half of the 95% interval over levels only; infinite for a single level."""


def binned_means(values: Values, scores: Values, bins: int = BINS, clusters: Clusters = None) -> list[Bin]:
    """Mean scores over levels of about equal measure, about equally many levels in each bin.

    Args:
        values: [N], one measure of each level.
        scores: [N, K].
        bins: the most bins; a measure with fewer distinct values gets a bin for each.
        clusters: as `intervals.margin`.
    """
    distinct = np.unique(values)
    if len(distinct) <= bins:
        code = np.searchsorted(distinct, values)
    else:
        edges = np.unique(np.quantile(values, np.linspace(0, 1, bins + 1)[1:-1]))
        code = np.searchsorted(edges, values, side="right")
    filled = []
    for one in np.unique(code):
        measured, inside = values[code == one], scores[code == one]
        filled.append(
            Bin(
                low=float(measured.min()),
                high=float(measured.max()),
                levels=len(inside),
                mean=inside.mean(0),
                margin=margin(inside[None], None if clusters is None else clusters[code == one]),
            )
        )
    return filled
