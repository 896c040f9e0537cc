"""Compiled players of the hidden-goal grid."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.games.builtin.grid.kernels import GOAL_REWARD, STEP_REWARD
from gamemeta_levels.families.grid.family import EPISODE_STEPS as STEPS
from gamemeta_levels.families.grid.kernels import DOWN, GOALS, LEFT, RIGHT, SIDE, STAY, UP, move
from gamemeta_levels.kernel import below, combine, kernel

RANDOM, POSTERIOR_SAMPLING, ORACLE = range(3)
"""The rules that `play` knows."""


@kernel
def towards(cell: int, target: int, stream: NDArray[np.uint64]) -> Any:
    """An action on a shortest way to target; where two are, either with equal chance."""
    rows, columns = target // SIDE - cell // SIDE, target % SIDE - cell % SIDE
    if rows == 0 and columns == 0:
        return STAY
    if columns == 0 or (rows != 0 and below(stream, 2) == 0):
        return UP if rows > 0 else DOWN
    return RIGHT if columns > 0 else LEFT


@kernel
def sample_target(ruled_out: NDArray[np.bool_], stream: NDArray[np.uint64]) -> Any:
    """A cell that may still be the goal, each with equal chance."""
    nth = below(stream, ruled_out.shape[0] - ruled_out.sum())
    for cell in range(ruled_out.shape[0]):
        if not ruled_out[cell]:
            if nth == 0:
                return cell
            nth -= 1
    return -1


@kernel
def play(
    rule: int,
    resample: bool,
    goal: NDArray[np.int64],
    player: np.uint64,
    first: int,
    returns: NDArray[np.float64],
) -> None:
    """Fill returns [N, n], the reward of each of n episodes on each instance."""
    N, n = returns.shape
    ruled_out, stream = np.empty(SIDE * SIDE, np.bool_), np.empty(1, np.uint64)
    for i in range(N):
        player_seed = combine(player, first + i)
        ruled_out[:] = True
        ruled_out[GOALS] = False
        is_known = rule == ORACLE
        for episode in range(n):
            cell, target, total = 0, goal[i], 0.0
            for step in range(STEPS):
                stream[0] = combine(player_seed, episode * STEPS + step)
                if not is_known and (step == 0 or (resample and ruled_out[target])):
                    target = sample_target(ruled_out, stream)
                action = below(stream, 5) if rule == RANDOM else towards(cell, target, stream)
                cell = move(cell, action)
                if cell == goal[i]:
                    total += GOAL_REWARD
                    is_known, target = True, goal[i]
                else:
                    total += STEP_REWARD
                    ruled_out[cell] = True
            returns[i, episode] = total
