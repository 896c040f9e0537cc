"""Summaries of values: least, mean and most, and the share of a parameter's range that they reach."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from math import inf
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.family import LevelArrays, LevelFamily


@dataclass
class Summary:
    """Least, mean and most of values that arrive in chunks; nothing else of them is kept."""

    count: int = 0
    total: float = 0.0
    least: float = inf
    most: float = -inf

    def add(self, values: NDArray[Any]) -> None:
        """Take in more values."""
        if values.size:
            self.count += values.size
            self.total += float(values.sum(dtype=np.float64))
            self.least = min(self.least, float(values.min()))
            self.most = max(self.most, float(values.max()))

    @property
    def mean(self) -> float:
        """Mean of all values, 0 before the first."""
        return self.total / self.count if self.count else 0.0

    def to_json(self) -> dict[str, float | None]:
        """Least, mean and most; None where there were no values."""
        known = self.count > 0
        return {name: round(getattr(self, name), 6) if known else None for name in ("least", "mean", "most")}


@dataclass
class Coverage:
    """The range of a parameter, and the values that levels realise."""

    low: float
    high: float
    realised: Summary = field(default_factory=Summary)

    @property
    def reach(self) -> float:
        """Share of the range that lies between the least and the most value."""
        if not self.realised.count:
            return 0.0
        least, most = max(self.realised.least, self.low), min(self.realised.most, self.high)
        width = self.high - self.low
        return max(0.0, (most - least) / width) if width else float(least == most)

    def to_json(self) -> dict[str, Any]:
        """Range, summary and reach as plain JSON data."""
        return {"range": [self.low, self.high], "found": self.realised.to_json(), "reach": self.reach}


def ranges_of(family: LevelFamily) -> dict[str, Coverage]:
    """The parameters of a family that are ranges of numbers, with no values yet."""
    values = {each.name: getattr(family.parameters, each.name) for each in fields(family.parameters)}
    return {
        name: Coverage(low=float(value[0]), high=float(value[1]))
        for name, value in values.items()
        if isinstance(value, tuple) and len(value) == 2 and all(isinstance(end, int | float) for end in value)
    }


def parameter_values(
    family: LevelFamily, levels: LevelArrays, measured: Mapping[str, NDArray[np.float64]]
) -> dict[str, NDArray[Any]]:
    """Values of the family's parameters that these levels realise, by name: arrays [N, ...].

    They are those of `family.realised`. Where it gives none, sizes, measures and the arrays that only this
    family has are known by their names; of other parameters nothing is known.
    """
    values = family.realised(levels)
    if values is not None:
        return values
    return {"height": levels.size[:, 0], "width": levels.size[:, 1], **measured, **levels.more}
