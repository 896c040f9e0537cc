"""The best known return of `forage`: that of going ahead to the load that the partner will go for next."""

import numpy as np
from numpy.typing import NDArray

from gamemeta.games.builtin.forage import rules as r
from gamemeta.games.game import Game, StepBuffers
from gamemeta_levels.family import LevelArrays
from gamemeta_levels.kernel import combine

PLAYS = 16
"""Days over which the return on a level is averaged."""
PAR_STREAM = 0x9A12
"""Stream of the chance of these days, apart from all other random numbers."""


def expected_returns(game: Game, levels: LevelArrays) -> NDArray[np.float32]:
    """Mean return [N] of the first seat when every seat does as the label `towards` says.

    The days depend on the levels' content alone.

    Args:
        game: forage with as many games as there are levels.
        levels: what to play.
    """
    days, total = levels.take(np.arange(len(levels))), np.zeros(len(levels), np.float64)
    for play in range(PLAYS):
        days.chance = _chance(levels.content_hash, play)
        total += _planned_returns(game, days)
    return (total / PLAYS).astype(np.float32)


def _chance(content: NDArray[np.uint64], play: int) -> NDArray[np.uint64]:
    return np.array([combine(np.uint64(PAR_STREAM + play), c) for c in content], np.uint64)


def _planned_returns(game: Game, levels: LevelArrays) -> NDArray[np.float64]:
    """Return [N] of a day on which every seat plays the first of the labelled moves, or lifts."""
    out = StepBuffers.empty(game, labels=True)
    game.reset(levels, np.ones(game.n, np.bool_), out)
    total = np.zeros(game.n, np.float64)
    while out.alive.any():
        game.step(_FIRST_BIT[out.labels["towards"]][:, :, None], out)
        total += out.reward[:, 0]
    return total


_FIRST_BIT = np.array([r.LIFT, *((bits & -bits).bit_length() - 1 for bits in range(1, 1 << r.ACTIONS))])
"""The lowest bit of each bit mask; that of lifting where there is none."""
