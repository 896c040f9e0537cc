"""Contracts about plans: what the family's solver plays earns what `par` says."""

from typing import Any

import numpy as np

from gamemeta.games.check.case import Case, chance_seeds
from gamemeta.games.check.moves import action_of
from gamemeta.games.check.recording import (
    Arrays,
    Player,
    contract_error,
    label_name,
)
from gamemeta.games.check.values import MOVES_LABEL

TOLERANCE = 1e-6
"""How far a plan's return may lie from par, relative to it: rounding of float32 sums."""
CHANCES = 256
"""Chance seeds over which the return of a plan is averaged."""
MOST_ERRORS = 5.0
"""How many standard errors a plan's mean return may lie above par: chance alone does so once in millions."""


def check_plans(case: Case) -> None:
    """The plan of the family's solver earns par, and its moves are among the labelled ones.

    Where there is chance, a plan cannot answer it: on average it earns at most par.
    """
    game, levels = case.game, case.levels
    par = game.par(levels)
    if par.shape != (case.n,):
        raise contract_error(game, f"par has shape {par.shape}", f"Give one number for each of {case.n}.")
    if game.seats > 1 or not game.about.has_plans:
        return
    for i, plan in enumerate(case.plans):
        if game.about.stochastic:
            _check_mean_return(case, i, plan, float(par[i]))
            continue
        total = _play_plan(case, i, plan)
        if abs(total - par[i]) > TOLERANCE * max(1.0, abs(float(par[i]))):
            raise contract_error(
                game,
                f"the solver's plan for level {i} earns {total:.7g}, and par says {par[i]:.7g}",
                "Let `par` be the return of playing `family().solve(level)`.",
            )


def _check_mean_return(case: Case, i: int, plan: list[Any], par: float) -> None:
    """Raise when a plan earns more than par over many chance seeds."""
    levels = case.levels.take(np.full(CHANCES, i))
    levels.chance = chance_seeds(CHANCES, 0)
    player = Player(case.make, CHANCES)
    player.begin(levels)
    returns = np.zeros(CHANCES + 1)  # one more that earns nothing, for outcomes too rare to be met
    does = case.game.spec.action
    for move in plan:
        actions = np.tile(action_of(case.game, move, does.idle()), (CHANCES, 1, 1))
        returns[:CHANCES] += player.step(actions)["reward"][:, 0]
    error = float(returns.std()) / len(returns) ** 0.5
    if returns.mean() > par + MOST_ERRORS * error + TOLERANCE * max(1.0, abs(par)):
        raise contract_error(
            case.game,
            f"the solver's plan for level {i} earns {returns.mean():.5g} on average (standard error "
            f"{error:.2g}), and par says {par:.7g}",
            "Let `par` be the expected return of the best play that knows the level.",
        )


def _play_plan(case: Case, i: int, plan: list[Any]) -> float:
    """Return of a plan on level i, played to its end or the episode's."""
    game, player = case.game, Player(case.make, 1)
    seen: Arrays = player.begin(case.levels.take(slice(i, i + 1)))
    total, labels = 0.0, label_name(MOVES_LABEL)
    for t, move in enumerate(plan):
        action = action_of(game, move, game.spec.action.idle())
        if labels in seen and not int(seen[labels][0, 0]) >> int(action[0]) & 1:
            raise contract_error(
                game,
                f"level {i}, step {t}: the solver plays action {int(action[0])}, which {labels} leaves out",
                "Set the bit of every action that a best plan may start with.",
            )
        seen = player.step(action[None, None])
        total += float(seen["reward"][0, 0])
        if seen["terminated"][0, 0] or seen["truncated"][0, 0]:
            break
    return total
