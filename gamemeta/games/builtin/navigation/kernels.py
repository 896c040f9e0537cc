"""Compiled parts of the game `navigation`. All arrays belong to the caller."""

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.families.navigation.family import EPISODE_STEPS, HALF, STEP
from gamemeta_levels.kernel import kernel

RUNNING, BY_RULES = 0, 1
"""Whether an episode has ended."""
NEAR = 0.1
"""Distance from the target within which an episode succeeds."""


@kernel
def step(
    actions: NDArray[np.float32],
    target: NDArray[np.float64],
    place: NDArray[np.float64],
    clock: NDArray[np.int32],
    reward: NDArray[np.float32],
    terminated: NDArray[np.bool_],
    truncated: NDArray[np.bool_],
    success: NDArray[np.bool_],
    alive: NDArray[np.bool_],
) -> None:
    """Move every point that still plays: actions [N, 1, 2] in -1..1 are shares of a whole step."""
    for i in range(actions.shape[0]):
        distance = 0.0
        for axis in range(2):
            if clock[i, 1] == RUNNING:
                moved = place[i, axis] + STEP * actions[i, 0, axis]
                place[i, axis] = min(max(moved, -HALF), HALF)
            away = place[i, axis] - target[i, axis]
            distance += away * away
        reward[i, 0] = 0.0
        if clock[i, 1] == RUNNING:
            reward[i, 0] = -distance
            clock[i, 0] += 1
            if clock[i, 0] >= EPISODE_STEPS:
                clock[i, 1] = BY_RULES
        over = clock[i, 1] == BY_RULES
        terminated[i, 0], truncated[i, 0], alive[i, 0] = over, False, not over
        success[i, 0] = over and distance <= NEAR * NEAR
