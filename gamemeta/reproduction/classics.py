"""The classic players of a cell on its instances, and what is known of its optimum."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.calibration import alchemy, bayes, darkroom, grid, keydoor, mdps
from gamemeta.calibration.players import Player
from gamemeta.reproduction.cells import Cell, problem
from gamemeta.reproduction.instances import TUNING_SPLIT, Played, instances, parts, played, strata
from gamemeta_levels.family import LevelArrays

PART = 250
"""Instances that a player gets at a time; the result does not depend on it."""
TUNED_ON = 1000
"""Validation instances on which parameters are chosen."""
SEED, TUNING_SEED = 0, 1
DARK: dict[str, Any] = {"darkroom": darkroom, "keydoor": keydoor}
"""Problems with a bound for each episode."""
TUNED = " (tuned)"
Alive = Callable[[str, float], None]


def play_classics(cell: Cell, levels: LevelArrays, alive: Alive, tuned_on: int) -> dict[str, Played]:
    """Every classic player, with its fixed parameters, and once more as tuned on validation instances.

    Args:
        cell: what is played.
        levels: the instances.
        alive: called before each part with the player and the share that is done; may raise.
        tuned_on: how many validation instances parameters are chosen on.

    Returns: by name; a tuned player's ends in ` (tuned)`.
    """
    module = problem(cell.problem).classics
    hidden, groups = module.instances(levels), strata(levels)
    results = {}
    for name, player in players(cell).items():
        results[name] = played(_play(player, name, cell, hidden, SEED, alive), groups)
    tuning = getattr(module, "TUNING", {})
    if tuning:
        seen = module.instances(instances(cell, tuned_on, TUNING_SPLIT, 0))
        for name, (parameter, values) in tuning.items():
            best = _best(name, cell, seen, parameter, values, alive)
            player = players(cell)[name]
            returns = _play(player, name + TUNED, cell, hidden, SEED, alive, **{parameter: best})
            results[name + TUNED] = played(returns, groups, **{parameter: best})
    return results


def players(cell: Cell) -> dict[str, Player]:
    """The players that this cell is not too large for."""
    known: dict[str, Player] = dict(problem(cell.problem).classics.PLAYERS)
    if cell.problem == "bandits" and not tractable(cell):
        known.pop("bayes_optimal")
    return known


def tractable(cell: Cell) -> bool:
    """Whether the exact Bayes-optimal value of this bandit can be computed."""
    if cell.k is None or cell.n > bayes.MOST_PULLS:
        return False
    return bayes.count_states(cell.k, cell.n, enough=bayes.MOST_STATES) < bayes.MOST_STATES


def yardstick(cell: Cell) -> str:
    """The player that ours is measured against."""
    if cell.problem == "bandits":
        return "bayes_optimal" if tractable(cell) else "gittins"
    return "replanning" if cell.problem == "mdp" else "oracle"


def exact_values(cell: Cell, levels: LevelArrays) -> dict[str, float]:
    """Figures known without play: expected totals, and what no agent can expect more than in an episode."""
    if cell.problem == "bandits":
        return {"bayes_optimal": bayes.bayes_optimal_value(cell.k or 1, cell.n)} if tractable(cell) else {}
    if cell.problem == "mdp":
        values = mdps.optimal_values(mdps.instances(levels))
        return {"clairvoyant": float(values.mean()) * cell.n}
    if cell.problem in DARK:
        module = DARK[cell.problem]
        bounds = {f"bound_{k}": float(module.episode_bound(k)) for k in range(1, cell.n + 1)}
        return {"oracle": float(module.oracle_return()) * cell.n, **bounds}
    if cell.problem == "alchemy":
        return {"oracle": alchemy.oracle_value() * cell.n}
    oracle = np.mean([grid.oracle_return(int(goal)) for goal in grid.GOALS])
    return {"oracle": float(oracle) * cell.n, "first_episode_bound": grid.first_episode_search()[0]}


def _play(
    player: Player, name: str, cell: Cell, hidden: Any, seed: int, alive: Alive, **parameters: Any
) -> NDArray[np.float64]:
    """Returns [N, K] of a player, part by part; bandit players tell totals alone, [N, 1]."""
    gathered = []
    for rows, rows_hidden in _split(hidden):
        alive(name, rows[0] / _count(hidden))
        returns = player(rows_hidden, cell.n, seed, first=int(rows[0]), **parameters)
        gathered.append(returns if returns.ndim == 2 else returns[:, None])
    return np.concatenate(gathered)


def _split(hidden: Any) -> Iterator[tuple[NDArray[np.int64], Any]]:
    """The instances in parts: an array, or a tuple of arrays as MDPs are."""
    for rows in parts(_count(hidden), PART):
        whole = isinstance(hidden, tuple)
        yield rows, type(hidden)(*(array[rows] for array in hidden)) if whole else hidden[rows]


def _count(hidden: Any) -> int:
    return len(hidden[0] if isinstance(hidden, tuple) else hidden)


def _best(name: str, cell: Cell, seen: Any, parameter: str, values: tuple[float, ...], alive: Alive) -> float:
    """The value of a parameter that does best on these instances, the first of equals."""
    player = players(cell)[name]

    def reached(value: float) -> float:
        who = f"{name} {parameter}={value:.3g}"
        returns = _play(player, who, cell, seen, TUNING_SEED, alive, **{parameter: value})
        return float(returns.sum(1).mean())

    return max(values, key=reached)
