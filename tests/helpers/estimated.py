"""Rollouts with the estimates that PPO makes of them."""

from gamemeta.learners.return_scale import ReturnScale
from gamemeta.learners.rl2.config import PPOConfig
from gamemeta.learners.rl2.estimates import Estimates, estimate
from gamemeta.rollout.batch import Batch
from gamemeta.rollout.rollout import Rollout
from gamemeta.trials.task_learner import TaskLearner


def estimated(
    rollout: Rollout, learner: TaskLearner, discount: float, lam: float, scale: ReturnScale | None = None
) -> Estimates:
    """Play T more steps; the estimates in units of reward."""
    rollout.collect(learner)
    return estimate(rollout, PPOConfig(discount=discount, lam=lam), scale)


def batch_of(rollout: Rollout, estimates: Estimates) -> Batch:
    """All lanes of a rollout, to be learned from."""
    everything = slice(0, rollout.lanes.count)
    return rollout.batch(everything, advantage=estimates.advantage, returns=estimates.returns)
