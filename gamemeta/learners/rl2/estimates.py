"""Advantages and targets over the rollouts of all shards."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gamemeta.learners.gathered import together
from gamemeta.learners.meta_learner import Group
from gamemeta.learners.return_scale import ReturnScale
from gamemeta.learners.rl2.advantages import advantages
from gamemeta.learners.rl2.config import PPOConfig
from gamemeta.rollout.rollout import Rollout
from gamemeta.trials.lanes import team_rewards, teams_of

ROWS_EACH, PRIOR = 64, 16
"""Rows that a mean by steps is taken over on average at least, and rows of the mean of all that are added."""


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


class CommonByStep:
    """Mean advantage of each step of a trial, with `PRIOR` rows of the mean of all added to it.

    It depends on no action, so that taking it away changes no gradient on average.

    Args:
        advantage, step: [...], at least one.
    """

    def __init__(self, advantage: NDArray[np.float32], step: NDArray[np.int64]) -> None:
        self._steps = int(step.max(initial=0)) + 1
        self._bins = max(1, min(self._steps, step.size // ROWS_EACH))
        place = self._place(step).ravel()
        count = np.bincount(place, minlength=self._bins)
        total = np.bincount(place, advantage.ravel(), self._bins)
        self._mean: NDArray[np.float64] = (total + PRIOR * advantage.mean()) / (count + PRIOR)

    def _place(self, step: NDArray[np.int64]) -> NDArray[np.int64]:
        return np.minimum(step * self._bins // self._steps, self._bins - 1)

    def at(self, step: NDArray[np.int64]) -> NDArray[np.float64]:
        """The mean at these steps, in their shape."""
        mean: NDArray[np.float64] = self._mean[self._place(step)]
        return mean


def normalise(rollouts: list[Rollout], estimates: list[Estimates], group: Group) -> None:
    """Scale advantages to mean 0 and standard deviation 1 over the rollouts of all shards, after what all
    trials have in common at a step is taken away: rewards for the passing of time, say."""
    everything = together(rollouts, [e.advantage for e in estimates], group)
    steps = together(rollouts, [r.step_of_trial for r in rollouts], group)
    common = CommonByStep(everything, steps)
    rest = everything - common.at(steps)
    mean, deviation = rest.mean(), rest.std()
    for rollout, one in zip(rollouts, estimates, strict=True):
        rest = one.advantage - common.at(rollout.step_of_trial[:-1])
        one.advantage = ((rest - mean) / (deviation if deviation > 0 else 1.0)).astype(np.float32)


def to_targets(rollouts: list[Rollout], estimates: list[Estimates], scale: ReturnScale, group: Group) -> None:
    """Bring the scale up to date and put the returns on it."""
    returns = together(rollouts, [e.returns for e in estimates], group)
    scale.make_room(max(group.gather([scale.room for _ in rollouts])))
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
