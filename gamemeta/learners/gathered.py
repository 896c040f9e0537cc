"""What all shards have, as one array."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.learners.meta_learner import Group
from gamemeta.rollout.rollout import Rollout


def together(rollouts: list[Rollout], arrays: list[NDArray[Any]], group: Group) -> NDArray[Any]:
    """Arrays [T or T + 1, L, ...] of all shards as one, [T, lanes of all, ...]; where seats may wait, of the
    steps that are learned from [M, ...]."""
    parts = [r.acted(array[: r.steps]) for r, array in zip(rollouts, arrays, strict=True)]
    return np.concatenate(group.gather(parts), axis=1 if rollouts[0].learned is None else 0)
