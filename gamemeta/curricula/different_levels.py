"""How many different levels a training has met."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.family import LevelArrays, LevelFamily

MOST = 4096
"""Beyond so many, nobody counts."""


class DifferentLevels:
    """Counts levels that differ in their fingerprints, up to `MOST`.

    Args:
        family: whose levels they are.
    """

    def __init__(self, family: LevelFamily) -> None:
        self.family = family
        self._met: set[int] = set()

    @property
    def many(self) -> bool:
        """Whether there are more than are counted."""
        return len(self._met) > MOST

    @property
    def count(self) -> int:
        """Number of different levels so far, at most `MOST`."""
        return min(len(self._met), MOST)

    def meet(self, levels: LevelArrays, rows: NDArray[np.int64]) -> None:
        """Take in the levels of these rows."""
        if not self.many:
            self._met.update(self.family.fingerprints(levels.take(rows)).tolist())

    def state(self) -> dict[str, NDArray[Any]]:
        """What to go on from, as arrays; where there are many, which ones does not matter."""
        met = range(MOST + 1) if self.many else sorted(self._met)
        return {"met": np.array(met, np.uint64)}

    def load_state(self, state: dict[str, NDArray[Any]]) -> None:
        """Go on from what `state` gave; from nothing, where a checkpoint is older than this count.

        Raises:
            ValueError: the array is none of ours.
        """
        met = state.get("met", np.zeros(0, np.uint64))
        if met.ndim != 1 or met.dtype != np.uint64:
            raise ValueError(f"fingerprints are {met.dtype} of shape {met.shape}")
        self._met |= set(met.tolist())
