"""Compiled parts of the game `keydoor`. All arrays belong to the caller."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.families.darkroom.kernels import ACTIONS, SIDE, START, move, optimal_moves
from gamemeta_levels.kernel import lean_kernel

KEY_REWARD = DOOR_REWARD = 1.0
"""Rewards of taking the key and of opening the door, each once in an episode."""
RUNNING, TIME_UP, OPENED = range(3)
"""Whether an episode goes on, or how it ended."""
STEPS, ENDED, CELL, KEY, DOOR, HAS_KEY = range(6)
"""Columns of `clock`."""


@lean_kernel
def reset(
    mask: NDArray[np.bool_],
    key: NDArray[np.int32],
    door: NDArray[np.int32],
    clock: NDArray[np.int32],
    alive: NDArray[np.bool_],
) -> None:
    """Take over key and door of level i, each a tile's row and column, where the mask holds.

    `clock` int32 [N, 6]: steps so far, how the episode ended, the cells of the agent, the key and the door,
    and whether the agent has the key.
    """
    for i in range(mask.shape[0]):
        if mask[i]:
            clock[i, STEPS], clock[i, ENDED], clock[i, CELL], clock[i, HAS_KEY] = 0, RUNNING, START, 0
            clock[i, KEY] = key[i, 0] * SIDE + key[i, 1]
            clock[i, DOOR] = door[i, 0] * SIDE + door[i, 1]
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
        now = clock[i]
        reward[i, 0] = 0.0
        if now[ENDED] == RUNNING:
            now[CELL] = move(now[CELL], actions[i, 0, 0])
            now[STEPS] += 1
            if not now[HAS_KEY] and now[CELL] == now[KEY]:
                now[HAS_KEY] = 1
                reward[i, 0] = KEY_REWARD
            elif now[HAS_KEY] and now[CELL] == now[DOOR]:
                now[ENDED] = OPENED
                reward[i, 0] = DOOR_REWARD
            if now[ENDED] == RUNNING and now[STEPS] >= limit:
                now[ENDED] = TIME_UP
        over = now[ENDED] != RUNNING
        terminated[i, 0], truncated[i, 0], alive[i, 0] = over, False, not over
        success[i, 0] = now[ENDED] == OPENED
    return -1


@lean_kernel
def observe(
    mask: NDArray[np.bool_],
    clock: NDArray[np.int32],
    cell: NDArray[np.uint8],
    places: NDArray[np.uint8],
    following: NDArray[np.uint8],
    labels: NDArray[np.uint8],
) -> None:
    """Write the observation where the mask holds; the places of key and door, the cells that actions lead to,
    and the labels, unless empty."""
    for i in range(mask.shape[0]):
        if mask[i]:
            cell[i, 0, 0] = clock[i, CELL]
            if places.shape[0]:
                places[i, 0, 0], places[i, 0, 1] = clock[i, KEY], clock[i, DOOR]
            if following.shape[0]:
                for action in range(ACTIONS):
                    following[i, 0, action] = move(clock[i, CELL], action)
            if labels.shape[0]:
                target = clock[i, DOOR] if clock[i, HAS_KEY] else clock[i, KEY]
                labels[i, 0] = optimal_moves(clock[i, CELL], target)
