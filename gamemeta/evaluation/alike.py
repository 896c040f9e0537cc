"""Which levels count as one: those that play alike, and variations of one drawing."""

import numpy as np
from numpy.typing import NDArray

from gamemeta.evaluation.statistics.intervals import Clusters
from gamemeta_levels.family import LevelArrays, LevelFamily


def clusters_of(family: LevelFamily, levels: LevelArrays) -> tuple[int, int | None, Clusters]:
    """How many levels differ, how many drawings they are variations of, and which of them count as one.

    The number of drawings is None where no level is a variation of another, and there are no clusters where
    all levels differ, or where none is held out.
    """
    different, numbers = different_levels(family.fingerprints(levels))
    origins = family.origins(levels)
    drawings = len(levels) if origins is None else len(np.unique(origins))
    if origins is not None and drawings < len(levels):
        return different, drawings, origins
    return different, None, numbers if family.unseen and different < len(levels) else None


def different_levels(fingerprints: NDArray[np.uint64]) -> tuple[int, NDArray[np.int64]]:
    """How many levels differ, and the number of each one [N]; levels that play alike have the same.

    Args:
        fingerprints: [N], of `LevelFamily.fingerprints`. A level with 0, which nobody looked at, is like no
            other.
    """
    unknown = fingerprints == 0
    known, numbers = np.unique(fingerprints[~unknown], return_inverse=True)
    every = np.empty(len(fingerprints), np.int64)
    every[~unknown] = numbers.reshape(-1)
    every[unknown] = len(known) + np.arange(unknown.sum())
    return len(known) + int(unknown.sum()), every


def kinds_in_words(levels: int, different: int | None, drawings: int | None) -> str:
    """What is to be said beside a number of levels: such as `, 30 of them different`."""
    words = "" if different in (None, levels) else f", {different:,} of them different"
    if not drawings:
        return words
    return f"{words}, variations of {drawings:,} drawing{'s' * (drawings > 1)}"
