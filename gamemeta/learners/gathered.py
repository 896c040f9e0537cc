"""What all shards have, as one."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.curricula.protocol import Played
from gamemeta.curricula.rows import as_levels, named
from gamemeta.learners.meta_learner import Group
from gamemeta.rollout.rollout import Rollout


def together(rollouts: list[Rollout], arrays: list[NDArray[Any]], group: Group) -> NDArray[Any]:
    """Arrays [T or T + 1, L, ...] of all shards as one, [T, lanes of all, ...]; where seats may wait, of the
    steps that are learned from [M, ...]."""
    parts = [r.acted(array[: r.steps]) for r, array in zip(rollouts, arrays, strict=True)]
    return np.concatenate(group.gather(parts), axis=1 if rollouts[0].learned is None else 0)


def all_played(parts: list[Played], group: Group) -> Played:
    """The trials of all shards that ended, in the order of their numbers."""
    sent: list[Any] = [[part.trial, part.score, dict(named(part.levels))] for part in parts]
    gathered = group.gather(sent)
    return Played.join([Played(trial, score, as_levels(levels)) for trial, score, levels in gathered])
