"""The curriculum `uniform`: a new level for every trial."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.curricula.draws import level_seeds
from gamemeta.curricula.protocol import Played
from gamemeta_levels.family import LevelArrays, LevelFamily, fill_checked


class Uniform:
    """Every trial plays a new level.

    Args:
        family: where levels come from.
    """

    scored = False

    def __init__(self, family: LevelFamily) -> None:
        self.family = family

    def draw(self, arrays: LevelArrays, rows: NDArray[np.int64], draws: NDArray[np.uint64]) -> None:
        fill_checked(self.family, arrays, rows, level_seeds(draws), "train")

    def update(self, played: Played) -> None:
        """There is nothing to learn."""

    def report(self) -> dict[str, float]:
        return {}

    def state(self) -> dict[str, NDArray[Any]]:
        return {}

    def load_state(self, state: dict[str, NDArray[Any]]) -> None:
        """There is nothing to take back."""
