"""Advantages and targets over the rollouts of all shards."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.learners.meta_learner import Group
from gamemeta.learners.rl2.advantages import advantages
from gamemeta.learners.rl2.config import PPOConfig
from gamemeta.learners.rl2.return_scale import ReturnScale
from gamemeta.rollout.rollout import Rollout
from gamemeta.trials.lanes import team_rewards, teams_of


@dataclass
class Estimates:
    """Estimates of one rollout, each [T, L]."""

    value: NDArray[np.float32]
    """Of the observation before each step, in units of reward."""
    advantage: NDArray[np.float32]
    """In units of reward; from `normalise` on with mean 0 and deviation 1."""
    returns: NDArray[np.float32]
    """In units of reward; from `to_targets` on in the scale of the value head."""


def estimate(rollout: Rollout, config: PPOConfig, scale: ReturnScale | None) -> Estimates:
    """Advantages and returns of a rollout, in units of reward.

    Args:
        rollout: collected.
        config: discount, mixing weight and the team's share of rewards.
        scale: of the learner's values, if they are not in units of reward.
    """
    value, reached = _values(rollout, scale)
    dead = rollout.boundary & rollout.terminated
    discount = np.where(dead, 0.0, config.discount).astype(np.float32)
    reward = _credited(rollout, config.team_share)
    advantage = advantages(reward, value, reached, discount, ~rollout.boundary, config.lam, rollout.acting)
    return Estimates(value, advantage, advantage + value)


def _values(rollout: Rollout, scale: ReturnScale | None) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Values before and after each step, [T, L] both, in units of reward."""
    step = rollout.step_of_trial
    values = rollout.value.copy() if scale is None else scale.to_returns(rollout.value, step)
    if rollout.goes_on is not None:
        values[-1] *= rollout.goes_on
    reached = np.array(values[1:])
    for cut in rollout.cut_values:
        after = step[cut.t, cut.lane] + 1
        reached[cut.t, cut.lane] = cut.value if scale is None else scale.to_returns(cut.value, after)
    return values[:-1], reached


def _credited(rollout: Rollout, team_share: float) -> NDArray[np.float32]:
    """Rewards [T, L] to learn from, of which a share is the mean over the team; see `team_rewards`."""
    if rollout.acting is None or not team_share:
        return rollout.reward
    games = rollout.lanes.by_game(rollout.reward.T).transpose(2, 0, 1)
    shared = team_rewards(games, teams_of(rollout.trials.game), team_share)
    return np.ascontiguousarray(shared.reshape(rollout.steps, -1))


def together(rollouts: list[Rollout], arrays: list[NDArray[Any]], group: Group) -> NDArray[Any]:
    """Arrays [T or T + 1, L, ...] of all shards as one, [T, lanes of all, ...]; where seats may wait, of the
    steps that are learned from [M, ...]."""
    parts = [r.acted(array[: r.steps]) for r, array in zip(rollouts, arrays, strict=True)]
    return np.concatenate(group.gather(parts), axis=1 if rollouts[0].learned is None else 0)


def normalise(rollouts: list[Rollout], estimates: list[Estimates], group: Group) -> None:
    """Scale advantages to mean 0 and standard deviation 1 over the rollouts of all shards."""
    everything = together(rollouts, [e.advantage for e in estimates], group)
    mean, deviation = everything.mean(), everything.std()
    for one in estimates:
        one.advantage = (one.advantage - mean) / (deviation if deviation > 0 else 1.0)


def to_targets(rollouts: list[Rollout], estimates: list[Estimates], scale: ReturnScale, group: Group) -> None:
    """Bring the scale up to date and put the returns on it."""
    returns = together(rollouts, [e.returns for e in estimates], group)
    scale.update(returns, together(rollouts, [r.step_of_trial for r in rollouts], group))
    for rollout, one in zip(rollouts, estimates, strict=True):
        one.returns = scale.to_targets(one.returns, rollout.step_of_trial[:-1])


def explained_variance(rollouts: list[Rollout], estimates: list[Estimates], group: Group) -> float:
    """1 - var(returns - value) / var(returns): 1 is a perfect critic, 0 a constant one or where
    all returns are equal."""
    returns = together(rollouts, [e.returns for e in estimates], group)
    value = together(rollouts, [e.value for e in estimates], group)
    spread = float(returns.var())
    return float(1.0 - (returns - value).var() / spread) if spread > 0 else 0.0
