"""What tests of games of chance share."""

import math

import numpy as np

from gamemeta.games.game import StepBuffers
from gamemeta.trials.streams import episode_chance


def played(game, levels, actions, episode=0):
    """Play actions [T, N] from a reset on; what was written in each step, [T, N] by name."""
    out = StepBuffers.empty(game)
    levels.chance = episode_chance(0, 99, np.arange(game.n), episode)
    game.reset(levels, np.ones(game.n, np.bool_), out)
    record = {name: [] for name in ("reward", "terminated", "success", *out.obs)}
    for row in np.asarray(actions):
        for name, array in out.obs.items():
            record[name].append(array[:, 0, 0].copy())
        game.step(row[:, None, None], out)
        for name in ("reward", "terminated", "success"):
            record[name].append(getattr(out, name)[:, 0].copy())
    return {name: np.array(rows) for name, rows in record.items()}


def assert_mean(values, expected):
    """The mean of independent values lies within four standard errors of what is expected."""
    values = np.asarray(values, np.float64)
    assert abs(values.mean() - expected) < 4 * values.std() / math.sqrt(values.size)
