"""The hidden-goal grid of VariBAD (Zintgraf et al. 2020): 5x5 cells, episodes of 15 steps from a corner.

Instances are `goal`, int64 [N], a cell (row * 5 + column, counted from the lower left): levels of the family
`grid`, drawn from the 21 cells that are neither the start nor one of its three neighbours. Five actions
(stay and four directions); a step that ends on the goal is worth 1, any other -0.1. `PLAYERS` names the
players, each called as `players` describes.

The exact Bayes-optimal value over several episodes is not computed: what was seen is a set of cells,
and the order of search over four episodes is too much. Exact are the two ends, `oracle_return` and
`first_episode_bound`.
"""

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.calibration import grid_kernels as kernels
from gamemeta.calibration.players import (
    Player,
    Returns,
    as_rows,
    check_run,
    find_player,
    level_seeds,
    player_seed,
)
from gamemeta.games.builtin.grid.kernels import GOAL_REWARD, STEP_REWARD
from gamemeta_levels.errors import SpecError
from gamemeta_levels.families.grid import kernels as family_kernels
from gamemeta_levels.families.grid.family import EPISODE_STEPS, HiddenGoal
from gamemeta_levels.families.grid.kernels import SIDE, move
from gamemeta_levels.family import LevelArrays, generate_arrays

Goals = NDArray[np.int64]

STEPS = EPISODE_STEPS
"""Steps of an episode."""
GOALS = family_kernels.GOALS
"""The 21 cells that can be the goal."""


def draw_goals(N: int, seed: int, *, first: int = 0) -> Goals:
    """Instances first .. first + N - 1 of a seed: int64 [N]. Raises ConfigError for bad sizes."""
    return instances(generate_arrays(HiddenGoal(), level_seeds(N, seed, first), "any"))


def instances(levels: LevelArrays) -> Goals:
    """Levels of the family `grid` as instances, so that players meet what agents meet."""
    row, column = levels.goal.T.astype(np.int64)
    goal: Goals = (SIDE - 1 - row) * SIDE + column
    return goal


def oracle_return(goal: int) -> float:
    """Reward of an episode that walks straight to a known goal and stays there."""
    return return_from(goal // SIDE + goal % SIDE)


def return_from(step: int) -> float:
    """Reward of an episode that ends its step-th step, counted from 1, on the goal and then stays."""
    return STEP_REWARD * (step - 1) + GOAL_REWARD * (STEPS - step + 1)


def play(name: str, goal: Goals, n: int, seed: int, **parameters: Any) -> Returns:
    """Total reward [N] of the player of that name over n episodes.

    Raises: UnknownName, ConfigError, SpecError.
    """
    total: Returns = play_episodes(name, goal, n, seed, **parameters).sum(axis=1)
    return total


def play_episodes(name: str, goal: Goals, n: int, seed: int, **parameters: Any) -> Returns:
    """Reward [N, n] of every episode of the player of that name: its adaptation curve."""
    return find_player(PLAYERS, name, parameters)(goal, n, seed, **parameters)


def random(goal: Goals, n: int, seed: int, *, first: int = 0) -> Returns:
    """Takes any action, on the goal too."""
    return _play(kernels.RANDOM, goal, n, seed, first)


def posterior_sampling(goal: Goals, n: int, seed: int, *, resample: bool = True, first: int = 0) -> Returns:
    """Draws a cell that may still be the goal and walks there, until it has stood on the goal.

    It draws when an episode begins and, with `resample`, again once the cell is ruled out; without,
    it waits there for the next episode, as posterior sampling for episodes does (Osband et al. 2013).
    """
    return _play(kernels.POSTERIOR_SAMPLING, goal, n, seed, first, resample)


def oracle(goal: Goals, n: int, seed: int, *, first: int = 0) -> Returns:
    """Knows the goal, walks straight there and stays."""
    return _play(kernels.ORACLE, goal, n, seed, first)


def _play(rule: int, goal: Goals, n: int, seed: int, first: int, resample: bool = False) -> Returns:
    check_run(n, seed, first)
    if goal.ndim != 1 or goal.dtype != np.int64 or not np.isin(goal, GOALS).all():
        raise SpecError(
            f"goals are int64 [N], each one of {GOALS.tolist()}, but these are {goal.dtype} "
            f"{list(goal.shape)}. Draw them with `draw_goals` or convert them."
        )
    returns = np.empty((len(goal), n))
    kernels.play(rule, resample, as_rows(goal), player_seed(seed), first, returns)
    return returns


PLAYERS: dict[str, Player] = {
    "random": random,
    "posterior_sampling": posterior_sampling,
    "oracle": oracle,
}


@lru_cache(maxsize=1)
def first_episode_search() -> tuple[float, tuple[int, ...]]:
    """The best search of a first episode considered alone, by exhaustive search with a bound.

    Until it stands on the goal a player learns nothing but which cells are not it, so that its plan is a
    fixed path, left only when the goal is found. Depth first over all paths; a path is given up when even
    a new possible goal on every step left would not beat the best path so far.

    Returns: the expected return, and the path as the cell after each of the 15 steps.
    """
    best: tuple[float, tuple[int, ...]] = (-np.inf, ())
    # What finding the goal on a step adds to an episode that never finds it.
    gain = [return_from(step) - STEP_REWARD * STEPS for step in range(STEPS + 1)]

    goals = set(GOALS.tolist())

    def extend(path: tuple[int, ...], total: float) -> None:
        nonlocal best
        step = len(path) + 1
        if total + sum(gain[step:]) <= best[0]:
            return
        if step > STEPS:
            best = (total, path)
            return
        for action in range(5):
            cell = move(path[-1] if path else 0, action)
            is_new = cell in goals and cell not in path
            extend((*path, cell), total + is_new * gain[step])

    extend((), 0.0)
    return STEP_REWARD * STEPS + best[0] / len(GOALS), best[1]


def first_episode_bound() -> float:
    """The largest expected return of a first episode, whatever later episodes need: 4.00."""
    return first_episode_search()[0]
