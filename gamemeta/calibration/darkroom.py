"""The Dark Room of Laskin et al. (2022): 9x9 cells, episodes of 20 steps from the middle, a hidden goal.

Instances are `goal`, int64 [N], a cell (row * 9 + column): levels of the family `darkroom`, each of 81 cells
as likely as any other. A step that ends on the goal pays 1. `PLAYERS` names the players, each called as
`players` describes.

Until it stands on the goal a player learns nothing but which cells are not it, so that its search is a fixed
path through all episodes, left only when the goal is found; chance in it gains nothing. The best path over
several episodes is not known, but lies between two exact values: `episode_bound`, which no player can expect
more than, and the expected return of the player `planned`, who searches along `PLAN`.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from gamemeta.calibration.players import Player, Returns, check_run, level_seeds, player_seed
from gamemeta_levels.errors import SpecError
from gamemeta_levels.families.darkroom.family import EPISODE_STEPS as STEPS
from gamemeta_levels.families.darkroom.family import DarkRoom
from gamemeta_levels.families.darkroom.kernels import ACTIONS, CELLS, SIDE, START, move, steps_between
from gamemeta_levels.family import LevelArrays, generate_arrays
from gamemeta_levels.splitmix import combine_all

Cells = NDArray[np.int64]

LETTERS = ".URDL"
"""The actions in a written plan."""
PLAN = (
    "LRURULLLDDDRRDLDRRUR",
    "RRURULULLLLLDDDLDRDR",
    "DRRRURDDLDLDLLLLULLU",
    "ULLLLUUURRRRRRRDRDUU",
    "RRRRUDDDDDLLLLLLLLRU",
    "LLLDDLDDRURULLUUR.D.",
)
"""A search, episode by episode, that a beam search over paths found: `scripts/evidence/darkroom_plan.py`.
It earns 101.09 in eight episodes, of at most 102.99."""

REACHED = np.array([[move(cell, action) for action in range(ACTIONS)] for cell in range(CELLS)])
"""[cells, actions], the cell that an action leads to."""
ORACLE = np.array([STEPS + 1.0 - max(steps_between(START, cell), 1) for cell in range(CELLS)])
"""Return [cells] of an episode that walks straight to a goal there and stays."""


def draw_goals(N: int, seed: int, *, first: int = 0) -> Cells:
    """Instances first .. first + N - 1 of a seed: int64 [N]. Raises ConfigError for bad sizes."""
    return instances(generate_arrays(DarkRoom(), level_seeds(N, seed, first), "any"))


def instances(levels: LevelArrays) -> Cells:
    """Levels of the family `darkroom` as instances, so that players meet what agents meet."""
    row, column = levels.goal.T.astype(np.int64)
    goal: Cells = row * SIDE + column
    return goal


def oracle_return() -> float:
    """Expected return of an episode of a player who knows the goal: 16.543."""
    return float(ORACLE.mean())


def episode_bound(episode: int) -> float:
    """What no player can expect more than in this episode, counted from 1: 2.593, 7.259, 11.519, 15.444, then
    the oracle's 16.543.

    In each of the 20 (episode - 1) steps before it, a player stands on one cell. So it knows the goal for at
    most that many of the 81 cells, and earns at most what the oracle does for the nearest ones. Of the other
    cells it comes to at most one new one a step, and with the goal met on step t the episode pays at most
    21 - t.
    """
    known = min(STEPS * (episode - 1), CELLS)
    new = min(STEPS, CELLS - known)
    total = np.sort(ORACLE)[::-1][:known].sum() + sum(STEPS + 1 - step for step in range(1, new + 1))
    return min(float(total) / CELLS, oracle_return())


def returns_along(plan: tuple[str, ...], episodes: int) -> Returns:
    """Returns [cells, episodes] of searching along a plan, for each goal; once it is found, of the oracle."""
    returns, is_known = np.zeros((CELLS, episodes)), np.zeros(CELLS, np.bool_)
    for episode in range(episodes):
        returns[is_known, episode] = ORACLE[is_known]
        cell = START
        for step, letter in enumerate(plan[episode] if episode < len(plan) else ""):
            cell = int(REACHED[cell, LETTERS.index(letter)])
            if not is_known[cell]:
                is_known[cell], returns[cell, episode] = True, STEPS - step
    return returns


@lru_cache(maxsize=8)
def _planned(episodes: int) -> Returns:
    return returns_along(PLAN, episodes)


def random(goal: Cells, n: int, seed: int, *, first: int = 0) -> Returns:
    """Takes any action, on the goal too."""
    _check(goal, n, seed, first)
    lane = combine_all(
        np.full(len(goal), player_seed(seed)), np.arange(first, first + len(goal), dtype=np.uint64)
    )
    returns = np.zeros((len(goal), n))
    for episode in range(n):
        cell = np.full(len(goal), START)
        for step in range(STEPS):
            bits = combine_all(lane, np.full(len(lane), np.uint64(episode * STEPS + step)))
            cell = REACHED[cell, (bits >> np.uint64(11)) % np.uint64(ACTIONS)]
            returns[:, episode] += cell == goal
    return returns


def planned(goal: Cells, n: int, seed: int, *, first: int = 0) -> Returns:
    """Searches along `PLAN` until it has stood on the goal, where it stays and in later episodes goes at
    once."""
    _check(goal, n, seed, first)
    return _planned(n)[goal]


def oracle(goal: Cells, n: int, seed: int, *, first: int = 0) -> Returns:
    """Knows the goal, walks straight there and stays."""
    _check(goal, n, seed, first)
    return np.repeat(ORACLE[goal][:, None], n, axis=1)


def _check(goal: Cells, n: int, seed: int, first: int) -> None:
    check_run(n, seed, first)
    if goal.ndim != 1 or goal.dtype != np.int64 or ((goal < 0) | (goal >= CELLS)).any():
        raise SpecError(
            f"goals are int64 [N], cells 0 to {CELLS - 1}, but these are {goal.dtype} {list(goal.shape)}. "
            "Draw them with `draw_goals` or convert them."
        )


PLAYERS: dict[str, Player] = {"random": random, "planned": planned, "oracle": oracle}
