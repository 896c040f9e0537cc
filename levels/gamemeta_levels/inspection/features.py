"""Features of each level, by name: the measures, and the parameters of its family that it realises."""

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.errors import ConfigError, UnknownName, shortened
from gamemeta_levels.inspection.measures import MEASURES, Measure

Values = NDArray[np.float64]
LARGEST = "_most"
"""Ends the name of the largest value of a parameter that a level draws several times."""
MOST_KEPT = 500_000
"""Levels whose features are kept, so that memory has an end."""
PAIRS = {
    "maze": ("dead_ends", "par_steps"),
    "dungeon": ("openness", "par_steps"),
    "arena": ("openness", "dead_ends"),
    "bandit": ("probability", "probability_most"),
}
"""Two features that tell levels of a family apart; of other families the first two that differ."""


def features_of(
    measured: Mapping[str, Values], realised: Mapping[str, NDArray[Any]], parameters: Collection[str]
) -> dict[str, Values]:
    """Features [N] of N levels. Of a parameter with several values a level, the mean and the largest.

    Args:
        measured: measures that mean something, [N] each.
        realised: values of parameters, [N, ...] each.
        parameters: names of the parameters that are ranges of numbers.
    """
    features = dict(measured)
    for name in parameters:
        values = np.asarray(realised.get(name, ()), np.float64)
        if name in measured or not values.size:
            continue
        values = values.reshape(len(values), -1)
        if values.shape[1] == 1:
            features[name] = values[:, 0]
        else:
            features[name], features[name + LARGEST] = values.mean(1), values.max(1)
    return features


def described(name: str) -> Measure:
    """Title, unit and meaning of a feature."""
    if name in MEASURES:
        return MEASURES[name]
    parameter = name.removesuffix(LARGEST)
    title = parameter.replace("_", " ").capitalize() + (", largest" if parameter != name else "")
    return Measure(title=title, unit="", meaning=f"{parameter} of the generator, as levels realise it")


class FeatureColumns:
    """Features of levels that arrive in chunks; NaN where a level has none, as one without a plan."""

    def __init__(self) -> None:
        self._levels = 0
        self._chunks: list[tuple[NDArray[np.int64], dict[str, Values]]] = []

    def add(self, features: Mapping[str, Values], rows: NDArray[np.int64], *, of: int) -> None:
        """Take in a chunk, while there is room.

        Args:
            features: [R] each.
            rows: places [R] in the chunk of the levels that they belong to.
            of: levels in the chunk.
        """
        room = min(of, MOST_KEPT - self._levels)
        kept = rows < room
        self._chunks.append((rows[kept] + self._levels, {k: one[kept] for k, one in features.items()}))
        self._levels += room

    def columns(self) -> dict[str, Values]:
        """Features [N] by name, in the order in which they came up."""
        names = dict.fromkeys(name for _, features in self._chunks for name in features)
        columns = {name: np.full(self._levels, np.nan) for name in names}
        for rows, features in self._chunks:
            for name, values in features.items():
                columns[name][rows] = values
        return columns


def parse_pair(text: str) -> tuple[str, str]:
    """Two names of features from `openness,par_steps`.

    Raises:
        ConfigError: not two different names.
    """
    names = [name.strip() for name in text.split(",")]
    if len(names) != 2 or not all(names) or names[0] == names[1]:
        raise ConfigError(
            f"two measures make a picture, and {shortened(text)} names {len(names)}. Write two different "
            "names with a comma between them, such as openness,par_steps."
        )
    return names[0], names[1]


def check_pair(pair: tuple[str, str], columns: Mapping[str, Values], family: str) -> None:
    """Check that these levels have both features.

    Raises:
        UnknownName: there is no such measure.
        ConfigError: a measure that says nothing about these levels.
    """
    known = [name for name, values in columns.items() if np.isfinite(values).any()]
    choice = f"Choose two of: {', '.join(known)}."
    for name in pair:
        if name in known:
            continue
        if name in MEASURES:
            raise ConfigError(f"{name} says nothing about these levels of the family {family!r}. {choice}")
        raise UnknownName(
            f"levels of the family {family!r} have no measure called {shortened(name)}. {choice}"
        )


def usual_pair(columns: Mapping[str, Values], family: str) -> tuple[str, str] | None:
    """The pair of `PAIRS` where these levels have it, else two in which they differ, the par upwards."""
    known = {name: values[np.isfinite(values)] for name, values in columns.items()}
    usual = PAIRS.get(family)
    if usual and all(len(known.get(name, ())) for name in usual):
        return usual
    differ = [name for name, values in known.items() if len(values) and values.min() < values.max()]
    along, *others = sorted(differ, key=lambda name: (name == "par_steps", name == "size")) or [""]
    if not others:
        return None
    return along, "par_steps" if "par_steps" in others else others[0]
