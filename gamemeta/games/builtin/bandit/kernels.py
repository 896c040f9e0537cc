"""Compiled parts of the game `bandit`. All arrays belong to the caller."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.draw_kernels import unit
from gamemeta_levels.kernel import combine, kernel

RUNNING, BY_RULES = 0, 1
"""Whether an episode has ended."""


@kernel
def reset(
    mask: NDArray[np.bool_],
    probability: NDArray[np.float32],
    chance: NDArray[np.uint64],
    game_probability: NDArray[np.float32],
    game_chance: NDArray[np.uint64],
    clock: NDArray[np.int32],
    alive: NDArray[np.bool_],
) -> None:
    """Take over the arms and the chance of level i where the mask holds.

    `clock` int32 [N, 3]: pulls so far, whether the episode has ended, and the arm pulled last.
    """
    for i in range(mask.shape[0]):
        if mask[i]:
            game_probability[i] = probability[i]
            game_chance[i] = chance[i]
            clock[i, 0], clock[i, 1], clock[i, 2] = 0, RUNNING, 0
            alive[i, 0] = True


@kernel
def step(
    actions: NDArray[Any],
    pulls: int,
    probability: NDArray[np.float32],
    chance: NDArray[np.uint64],
    clock: NDArray[np.int32],
    stream: NDArray[np.uint64],
    reward: NDArray[np.float32],
    terminated: NDArray[np.bool_],
    truncated: NDArray[np.bool_],
    success: NDArray[np.bool_],
    alive: NDArray[np.bool_],
) -> Any:
    """Pull an arm of every bandit that still runs. Returns the first game with a bad action, or -1.

    Pull t pays 1 when the number drawn from (chance, t) is below the chance of the arm; `stream` is room
    for uint64 [1].
    """
    arms = probability.shape[1]
    for i in range(actions.shape[0]):
        if actions[i, 0, 0] < 0 or actions[i, 0, 0] >= arms:
            return i
    for i in range(actions.shape[0]):
        arm = actions[i, 0, 0]
        reward[i, 0] = 0.0
        if clock[i, 1] == RUNNING:
            stream[0] = combine(chance[i], clock[i, 0])
            reward[i, 0] = unit(stream) < probability[i, arm]
            clock[i, 0] += 1
            clock[i, 2] = arm
            if clock[i, 0] >= pulls:
                clock[i, 1] = BY_RULES
        over = clock[i, 1] == BY_RULES
        terminated[i, 0], truncated[i, 0], alive[i, 0] = over, False, not over
        success[i, 0] = over and probability[i, clock[i, 2]] == probability[i].max()
    return -1
