"""Compiled parts of the game `mdp`. All arrays belong to the caller."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.draw_kernels import normal, unit
from gamemeta_levels.families.mdp.kernels import START
from gamemeta_levels.kernel import combine, kernel

RUNNING, BY_RULES = 0, 1
"""Whether an episode has ended."""

Single = NDArray[np.float32]


@kernel
def step_world(P: Single, R: Single, s: int, a: int, noise: float, stream: NDArray[np.uint64]) -> Any:
    """Reward, mean R[s, a] with noise of that standard deviation, and the state reached.

    `stream` uint64 [1] holds the state of the random numbers.
    """
    reward = R[s, a] + noise * normal(stream)
    mark = unit(stream)
    S = R.shape[0]
    s_next = 0
    while s_next < S - 1:
        mark -= P[s, a, s_next]
        if mark < 0.0:
            break
        s_next += 1
    return reward, s_next


@kernel
def reset(
    mask: NDArray[np.bool_],
    transition: Single,
    reward_mean: Single,
    chance: NDArray[np.uint64],
    game_transition: Single,
    game_reward_mean: Single,
    game_chance: NDArray[np.uint64],
    clock: NDArray[np.int32],
    state: NDArray[np.uint8],
    alive: NDArray[np.bool_],
) -> None:
    """Take over level i where the mask holds, in its start state.

    `clock` int32 [N, 4]: steps so far, whether the episode has ended, the state, and whether it succeeded.
    """
    for i in range(mask.shape[0]):
        if mask[i]:
            game_transition[i] = transition[i]
            game_reward_mean[i] = reward_mean[i]
            game_chance[i] = chance[i]
            clock[i, 0], clock[i, 1], clock[i, 2], clock[i, 3] = 0, RUNNING, START, 0
            state[i, 0, 0] = START
            alive[i, 0] = True


@kernel
def step(
    actions: NDArray[Any],
    horizon: int,
    noise: float,
    transition: Single,
    reward_mean: Single,
    chance: NDArray[np.uint64],
    clock: NDArray[np.int32],
    stream: NDArray[np.uint64],
    state: NDArray[np.uint8],
    reward: Single,
    terminated: NDArray[np.bool_],
    truncated: NDArray[np.bool_],
    success: NDArray[np.bool_],
    alive: NDArray[np.bool_],
) -> Any:
    """Play a step of every MDP that still runs. Returns the first game with a bad action, or -1."""
    for i in range(actions.shape[0]):
        if actions[i, 0, 0] < 0 or actions[i, 0, 0] >= reward_mean.shape[2]:
            return i
    for i in range(actions.shape[0]):
        reward[i, 0] = 0.0
        if clock[i, 1] == RUNNING:
            s, a = clock[i, 2], actions[i, 0, 0]
            stream[0] = combine(chance[i], clock[i, 0])
            reward[i, 0], clock[i, 2] = step_world(transition[i], reward_mean[i], s, a, noise, stream)
            clock[i, 0] += 1
            if clock[i, 0] >= horizon:
                clock[i, 1] = BY_RULES
                clock[i, 3] = reward_mean[i, s, a] == reward_mean[i, s].max()
        over = clock[i, 1] == BY_RULES
        terminated[i, 0], truncated[i, 0], alive[i, 0] = over, False, not over
        success[i, 0] = clock[i, 3] == 1
        state[i, 0, 0] = clock[i, 2]
    return -1
