"""What one can know of the goal of a `grid`, exactly: any cell not stood on yet is as likely as any other,
until a step pays what only the goal pays."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.families.grid.kernels import ACTIONS, GOALS, SIDE, START, move

REACHED = np.array([[move(cell, action) for action in range(ACTIONS)] for cell in range(SIDE * SIDE)])
"""[cells, actions], the cell that an action leads to."""


class GridPosterior:
    """The exact beliefs of n agents; a `gamemeta.facts.Posterior`.

    The observation after the last step of an episode is not shown, so what it reached is worked out from the
    cell before and the action.

    Args:
        n: number of agents.
    """

    def __init__(self, n: int) -> None:
        self.possible = np.zeros((n, SIDE * SIDE), np.bool_)
        self.possible[:, GOALS] = True
        self._cell = np.full(n, START, np.int64)

    def after(
        self, rows: NDArray[np.int64], inputs: Mapping[str, NDArray[Any]]
    ) -> dict[str, NDArray[np.float64]]:
        action = inputs["previous_action"][:, 0].astype(np.int64)
        moved, paid = action > 0, inputs["previous_reward"][:, 0] > 0
        reached = REACHED[self._cell[rows], np.maximum(action, 1) - 1]
        self.possible[rows[moved & paid]] = False
        self.possible[rows[moved], reached[moved]] = paid[moved]
        self._cell[rows] = inputs["cell"].reshape(-1)
        possible = self.possible[rows].astype(np.float64)
        return {"goal": possible / possible.sum(axis=1, keepdims=True)}
