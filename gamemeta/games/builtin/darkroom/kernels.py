"""Compiled parts of the game `darkroom`. All arrays belong to the caller."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.families.darkroom.kernels import ACTIONS, SIDE, START, move, optimal_moves
from gamemeta_levels.kernel import lean_kernel

GOAL_REWARD = 1.0
"""Reward of a step that ends on the goal; any other pays nothing."""
RUNNING, BY_RULES = 0, 1
"""Whether an episode has ended."""


@lean_kernel
def reset(
    mask: NDArray[np.bool_], goal: NDArray[np.int32], clock: NDArray[np.int32], alive: NDArray[np.bool_]
) -> None:
    """Take over the goal of level i, a tile's row and column, where the mask holds.

    `clock` int32 [N, 4]: steps so far, whether the episode has ended, the agent's cell, and the goal's.
    """
    for i in range(mask.shape[0]):
        if mask[i]:
            clock[i, 0], clock[i, 1], clock[i, 2] = 0, RUNNING, START
            clock[i, 3] = goal[i, 0] * SIDE + goal[i, 1]
            alive[i, 0] = True


@lean_kernel
def step(
    actions: NDArray[Any],
    limit: int,
    clock: NDArray[np.int32],
    reward: NDArray[np.float32],
    terminated: NDArray[np.bool_],
    truncated: NDArray[np.bool_],
    success: NDArray[np.bool_],
    alive: NDArray[np.bool_],
) -> Any:
    """Move every agent that still plays. Returns the first game with a bad action, or -1."""
    for i in range(actions.shape[0]):
        if actions[i, 0, 0] < 0 or actions[i, 0, 0] >= ACTIONS:
            return i
    for i in range(actions.shape[0]):
        reward[i, 0] = 0.0
        if clock[i, 1] == RUNNING:
            clock[i, 2] = move(clock[i, 2], actions[i, 0, 0])
            reward[i, 0] = GOAL_REWARD if clock[i, 2] == clock[i, 3] else 0.0
            clock[i, 0] += 1
            if clock[i, 0] >= limit:
                clock[i, 1] = BY_RULES
        over = clock[i, 1] == BY_RULES
        terminated[i, 0], truncated[i, 0], alive[i, 0] = over, False, not over
        success[i, 0] = over and clock[i, 2] == clock[i, 3]
    return -1


@lean_kernel
def observe(
    mask: NDArray[np.bool_],
    clock: NDArray[np.int32],
    cell: NDArray[np.uint8],
    goal: NDArray[np.uint8],
    following: NDArray[np.uint8],
    labels: NDArray[np.uint8],
) -> None:
    """Write the observation where the mask holds; the goal, the cells that actions lead to and the labels,
    unless they are empty."""
    for i in range(mask.shape[0]):
        if mask[i]:
            cell[i, 0, 0] = clock[i, 2]
            if goal.shape[0]:
                goal[i, 0, 0] = clock[i, 3]
            if following.shape[0]:
                for action in range(ACTIONS):
                    following[i, 0, action] = move(clock[i, 2], action)
            if labels.shape[0]:
                labels[i, 0] = optimal_moves(clock[i, 2], clock[i, 3])
