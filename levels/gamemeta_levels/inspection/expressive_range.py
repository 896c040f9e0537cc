"""The expressive range of a generator: its levels counted by two features at once.

Smith and Whitehead, "Analyzing the expressive range of a level generator", PCG workshop 2010.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, floor, log10
from typing import Any

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
MOST_BINS = 30
"""Most bins of a feature."""


@dataclass(frozen=True, kw_only=True)
class ExpressiveRange:
    """Levels counted by two features, and further levels as points among them."""

    names: tuple[str, str]
    """The features: along the foot, and upwards."""
    edges: tuple[Values, Values]
    """Edges of the bins of each feature."""
    counts: NDArray[np.int64]
    """Levels in each cell, [bins along the foot, bins upwards]."""
    points: Values
    """Both features [N, 2] of the further levels; NaN where a level has none."""
    unlike: NDArray[np.bool_]
    """Whether each of them lies where no level was counted, neither in its cell nor in one beside it; False
    for all where none was counted."""

    def to_json(self) -> dict[str, Any]:
        """All of it as plain values; only cells that hold levels."""
        cells = [[int(i), int(j), int(self.counts[i, j])] for i, j in np.argwhere(self.counts)]
        return {
            "measures": list(self.names),
            "edges": [[round(float(edge), 9) for edge in edges] for edges in self.edges],
            "cells": cells,
            "points": [[None if np.isnan(x) else float(x) for x in point] for point in self.points],
            "unlike": self.unlike.tolist(),
        }


def expressive_range(
    names: tuple[str, str], counted: Mapping[str, Values], further: Mapping[str, Values] | None = None
) -> ExpressiveRange:
    """Levels counted by two features.

    Args:
        names: the features.
        counted: features [M] of the levels that are counted, by name; those without one of the two are not.
        further: features [N] of levels that are kept as points.
    """
    pairs = [_pairs(names, columns) for columns in (counted, further or {})]
    known = np.concatenate([one[np.isfinite(one).all(1)] for one in pairs])
    edges = edges_of(known[:, 0]), edges_of(known[:, 1])
    counts = np.histogramdd(pairs[0][np.isfinite(pairs[0]).all(1)], edges)[0].astype(np.int64)
    return ExpressiveRange(
        names=names, edges=edges, counts=counts, points=pairs[1], unlike=_alone(pairs[1], edges, counts)
    )


def edges_of(values: Values, most_bins: int = MOST_BINS) -> Values:
    """Edges of bins of one width that hold all of these values: bins of whole numbers where all are whole,
    else from one round number to another.

    Args:
        values: [N], finite; of none, one bin around 0.
        most_bins: how many bins there are at most.
    """
    least, most = (float(values.min()), float(values.max())) if len(values) else (0.0, 0.0)
    if not len(values) or (values == np.round(values)).all():
        whole = ceil((most - least + 1) / most_bins)
        bins = ceil((most - least + 1) / whole)
        return least - 0.5 + whole * np.arange(bins + 1, dtype=np.float64)
    if most == least:
        return np.array([least - abs(least) / 2, least + abs(least) / 2])
    rough = (most - least) / (most_bins - 2)
    power = 10.0 ** floor(log10(rough))
    width = next(step * power for step in (1, 2, 5, 10) if step * power >= rough)
    first, last = floor(least / width), floor(most / width) + 1
    edges = width * np.arange(first, last + 1, dtype=np.float64)
    edges[0] = min(edges[0], least)  # where the product was rounded up
    return edges


def _pairs(names: tuple[str, str], columns: Mapping[str, Values]) -> Values:
    """Both features, [N, 2], NaN in both where a level lacks one."""
    levels = max((len(values) for values in columns.values()), default=0)
    pairs = np.full((levels, 2), np.nan)
    for k, name in enumerate(names):
        if name in columns:
            pairs[:, k] = columns[name]
    pairs[np.isnan(pairs).any(1)] = np.nan
    return pairs


def _alone(points: Values, edges: tuple[Values, Values], counts: NDArray[np.int64]) -> NDArray[np.bool_]:
    known = np.isfinite(points).all(1)
    alone = np.zeros(len(points), np.bool_)
    if not counts.any():
        return alone
    full, shifts = np.pad(counts > 0, 1), (-1, 0, 1)
    near = np.any([np.roll(full, (down, right), (0, 1)) for down in shifts for right in shifts], axis=0)
    cells = [np.searchsorted(edge, points[known, k], side="right") for k, edge in enumerate(edges)]
    inside = [np.minimum(cell, len(edge) - 1) for cell, edge in zip(cells, edges, strict=True)]
    alone[known] = ~near[inside[0], inside[1]]
    return alone
