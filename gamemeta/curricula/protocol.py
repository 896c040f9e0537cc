"""What a curriculum is: it fills in the levels of trials, and may learn from how they went."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from gamemeta.curricula.rows import joined
from gamemeta_levels.family import LevelArrays


@dataclass
class Played:
    """M trials that ended, and what their levels scored."""

    trial: NDArray[np.int64]
    """[M], numbers of the trials."""
    score: NDArray[np.float64]
    """[M], how much there seems left to learn on the level; see `gamemeta.curricula.scores`."""
    levels: LevelArrays
    """M levels."""

    @classmethod
    def join(cls, parts: Sequence["Played"]) -> "Played":
        """Several as one, in the order of their trials, whatever the order of the parts."""
        trial = np.concatenate([part.trial for part in parts])
        order = np.argsort(trial, kind="stable")
        score = np.concatenate([part.score for part in parts])
        levels = joined([part.levels for part in parts])
        return cls(trial[order], score[order], levels.take(order))


class Curriculum(Protocol):
    """Chooses the level of every trial.

    What `draw` gives depends on its arguments and on what `update` and `load_state` received, on nothing
    else; so lanes may draw in any order, or at once.
    """

    scored: bool
    """Whether it wants to know how trials went; `update` is never called otherwise."""

    def draw(self, arrays: LevelArrays, rows: NDArray[np.int64], draws: NDArray[np.uint64]) -> None:
        """Write a level of the training split into each of these rows.

        Args:
            arrays: made by `arrays` of the family.
            rows: int64 [R].
            draws: uint64 [R], the one number that a trial draws its level from.
        Raises:
            LevelError, ConfigError: as `LevelFamily.fill`.
        """
        ...

    def update(self, played: Played) -> None:
        """Take in the trials that ended since the last call, in the order of their numbers."""
        ...

    def report(self) -> dict[str, float]:
        """Figures for the log, by name."""
        ...

    def state(self) -> dict[str, NDArray[Any]]:
        """Everything needed to go on, as arrays."""
        ...

    def load_state(self, state: dict[str, NDArray[Any]]) -> None:
        """Go on from what `state` gave.

        Raises:
            KeyError, ValueError, LevelError: these arrays do not fit.
        """
        ...
