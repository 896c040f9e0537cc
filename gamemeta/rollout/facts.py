"""The hidden facts of the levels that a rollout plays, step by step, for learners that have beliefs."""

import numpy as np
from numpy.typing import NDArray

from gamemeta.games.game import Game
from gamemeta.trials.lanes import SeatLanes


class FactRecord:
    """The value of each fact that is true before step t, [T + 1, L] by name.

    Args:
        game: that is played; it stands where the rollout does.
        lanes: of it.
        steps: T.
        wanted: whether anything is recorded.
    """

    def __init__(self, game: Game, lanes: SeatLanes, steps: int, *, wanted: bool) -> None:
        self._game, self._lanes = game, lanes
        names = game.facts if wanted else ()
        self.arrays = {name: np.zeros((steps + 1, lanes.count), np.int64) for name in names}

    def note(self, t: int) -> None:
        """Write down what is true now."""
        if self.arrays:
            truth = self._game.hidden_facts()
            for name, array in self.arrays.items():
                array[t] = self._lanes.each(truth[name])

    def of(self, some: slice, steps: int) -> dict[str, NDArray[np.int64]]:
        """The first steps of some lanes, [steps, n] by name."""
        return {name: array[:steps, some] for name, array in self.arrays.items()}
