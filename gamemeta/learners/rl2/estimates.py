"""Advantages and targets over the rollouts of all shards."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.learners.rl2.return_scale import ReturnScale
from gamemeta.rollout.rollout import Rollout


def together(shards: list[Rollout], arrays: list[NDArray[Any]]) -> NDArray[Any]:
    """Arrays [T or T + 1, L, ...] of the shards as one, [T, lanes of all, ...]; where seats may wait, of the
    steps that are learned from [M, ...]."""
    parts = [s.acted(array[: s.steps]) for s, array in zip(shards, arrays, strict=True)]
    return np.concatenate(parts, axis=1 if shards[0].acting is None else 0)


def joined(shards: list[Rollout], name: str) -> NDArray[Any]:
    """`together` of the arrays of this name."""
    return together(shards, [getattr(shard, name) for shard in shards])


def normalise_advantages(shards: list[Rollout]) -> None:
    """Mean 0 and standard deviation 1 over the rollouts of all shards."""
    everything = joined(shards, "advantage")
    mean, deviation = everything.mean(), everything.std() + 1e-8
    for shard in shards:
        shard.advantage = (shard.advantage - mean) / deviation


def to_targets(shards: list[Rollout], scale: ReturnScale) -> None:
    """Bring the scale up to date and put the returns on it."""
    scale.update(joined(shards, "returns"), joined(shards, "step_of_trial"))
    for shard in shards:
        shard.returns = scale.to_targets(shard.returns, shard.step_of_trial[:-1])


def explained_variance(shards: list[Rollout]) -> float:
    """1 - var(returns - value) / var(returns): 1 is a perfect critic, 0 a constant one."""
    returns, value = joined(shards, "returns"), joined(shards, "value")
    return float(1.0 - (returns - value).var() / max(float(returns.var()), 1e-12))
