"""What a level is like, in numbers that every grid of tiles has."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.family import UNREACHABLE, LevelArrays

Values = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One number about a level, for people."""

    title: str
    unit: str
    meaning: str

    @property
    def share(self) -> bool:
        return self.unit == "share"


MEASURES = {
    "size": Measure(title="Size", unit="tiles", meaning="height x width"),
    "par_steps": Measure(title="Par length", unit="steps", meaning="steps of the solver's plan"),
    "braiding": Measure(
        title="Braiding",
        unit="share",
        meaning="open share of the inner walls that a maze without loops leaves standing",
    ),
    "openness": Measure(title="Openness", unit="share", meaning="share of tiles one can walk to"),
    "dead_ends": Measure(
        title="Dead ends", unit="share", meaning="share of those tiles with a single way out"
    ),
    "junctions": Measure(
        title="Junctions", unit="share", meaning="share of those tiles with three or four ways out"
    ),
}


def measure_levels(levels: LevelArrays) -> dict[str, Values]:
    """Every measure of `MEASURES`, [N] each, of what can be walked to from the goal.

    An opened wall between two corridors that were joined elsewhere makes exactly one loop, so
    braiding is counted as independent loops (edges - tiles + 1), per loop that a maze on odd
    coordinates of this size can have.
    """
    open_tiles = np.pad(levels.distance != UNREACHABLE, ((0, 0), (1, 1), (1, 1)))
    inner = open_tiles[:, 1:-1, 1:-1]
    ways = np.zeros(inner.shape, np.int64)
    for axis in (1, 2):
        for shift in (1, -1):
            ways += np.roll(open_tiles, shift, axis)[:, 1:-1, 1:-1]
    ways *= inner
    tiles = np.maximum(inner.sum((1, 2)), 1)
    loops = ways.sum((1, 2)) // 2 - tiles + 1
    rows, columns = ((levels.size.astype(np.int64) - 1) // 2).T
    area = levels.size.astype(np.float64).prod(1)
    return {
        "size": area,
        "par_steps": levels.par_steps.astype(np.float64),
        "braiding": loops / np.maximum((rows - 1) * (columns - 1), 1),
        "openness": tiles / area,
        "dead_ends": (inner & (ways == 1)).sum((1, 2)) / tiles,
        "junctions": (ways >= 3).sum((1, 2)) / tiles,
    }


BINS = 6


@dataclass(frozen=True, kw_only=True)
class Bin:
    """The levels whose measure lies in low..high, both among them, and how they were played."""

    low: float
    high: float
    levels: int
    mean: Values
    """[K], mean score by episode."""
    margin: Values
    """[K], half of the 95% interval: 1.96 standard errors; NaN for a single level."""


def binned_means(values: Values, scores: Values, bins: int = BINS) -> list[Bin]:
    """Mean scores over levels of about equal measure, about equally many levels in each bin.

    Args:
        values: [N], one measure of each level.
        scores: [N, K].
        bins: how many at most; a measure with fewer distinct values gets a bin for each.
    """
    distinct = np.unique(values)
    if len(distinct) <= bins:
        code = np.searchsorted(distinct, values)
    else:
        edges = np.unique(np.quantile(values, np.linspace(0, 1, bins + 1)[1:-1]))
        code = np.searchsorted(edges, values, side="right")
    found = []
    for one in np.unique(code):
        own, inside = values[code == one], scores[code == one]
        n = len(inside)
        spread = inside.std(0, ddof=1) if n > 1 else np.full(inside.shape[1], np.nan)
        found.append(
            Bin(
                low=float(own.min()),
                high=float(own.max()),
                levels=n,
                mean=inside.mean(0),
                margin=1.96 * spread / np.sqrt(n),
            )
        )
    return found
