"""What the labels of the game `xland` are made from: for each game the next change of the board that one who
knows goal and rules would walk for, and how far it is."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from gamemeta.errors import LevelError
from gamemeta.games.builtin.xland import kernels
from gamemeta_levels.families.xland.guide_kernels import ACTION, PLACE
from gamemeta_levels.families.xland.plan_kernels import scratch
from gamemeta_levels.families.xland.rule_kernels import ACTIONS, SIDES

MOST_NODES = 300
"""Boards after which the search for a label gives up: labels are made in every step of a training."""
MOST_STEPS = 400
"""Most steps of a plan that labels follow."""


class Guide:
    """What `kernels.label` keeps for N games on boards of one side.

    Args:
        n: number of games.
        side: of their boards, tiles; smaller grids lie in the upper left corner.
    """

    def __init__(self, n: int, side: int) -> None:
        self.n, self.side = n, side
        self.stamp = np.zeros((n, 2), np.uint64)
        self.aim = np.full((n, 2), -1, np.int32)
        self._field: NDArray[np.uint8] | None = None
        self._search: tuple[object, ...] = ()

    def forget(self, mask: NDArray[np.bool_]) -> None:
        """Leave the plans of these games, whose episodes begin."""
        self.stamp[mask], self.aim[mask] = 0, -1

    def label(
        self,
        mask: NDArray[np.bool_],
        pad: int,
        world: tuple[NDArray[np.generic], ...],
        labels: NDArray[np.uint8],
    ) -> None:
        """Write the actions that lead on, bit by bit, into labels [N, 1] where the mask holds."""
        if self._field is None:
            self._field = np.zeros((self.n, self.side * self.side * SIDES), np.uint8)
            board, agent = np.zeros((self.side, self.side), np.uint8), np.zeros(4, np.int32)
            room = scratch(self.side, MOST_STEPS, MOST_NODES)
            self._search = (*room, np.zeros(MOST_STEPS, np.uint8), board, agent)
        kernels.label(mask, pad, world, self.stamp, self.aim, self._field, self._search, labels)

    def saved(self, i: int) -> tuple[int, int, int, int, int]:
        """What the plan of game i was made for; row, column and direction to walk to; what is done there."""
        place, action = self.aim[i].tolist()
        if place < 0:
            return int(self.stamp[i, 0]), -1, 0, 0, 0
        row, column = divmod(place // SIDES, self.side)
        return int(self.stamp[i, 0]), row, column, place % SIDES, action

    def load(self, i: int, numbers: Sequence[int]) -> None:
        """Go on with the plan that `saved` gave; `check_aim` has looked at it."""
        stamp, row, column, direction, action = numbers
        self.stamp[i] = stamp, 0
        place = (row * self.side + column) * SIDES + direction
        self.aim[i, PLACE], self.aim[i, ACTION] = -1 if row < 0 else place, action


def check_aim(numbers: Sequence[int], side: int) -> None:
    """Raises LevelError where the saved aim of a plan, as `Guide.saved` gives it, lies outside its grid."""
    row, column, direction, action = numbers
    inside = 1 <= row <= side - 2 and 1 <= column <= side - 2
    if not (row == -1 or inside) or not (0 <= direction < SIDES and 0 <= action < ACTIONS):
        raise LevelError("these bytes are not a saved game of `xland`: an aim cannot be so.")
