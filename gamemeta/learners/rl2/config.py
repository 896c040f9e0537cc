"""Settings of RL^2 on proximal policy optimisation."""

from dataclasses import dataclass
from typing import Any

from gamemeta.config import check_ranges
from gamemeta.errors import ConfigError
from gamemeta.learners.config import LearnerConfig


@dataclass(frozen=True, kw_only=True)
class PPOConfig(LearnerConfig):
    """Settings of the outer loop."""

    learning_rate: float = 3e-3
    """Adam's step size after the warm-up."""
    final_learning_rate: float = 0.05
    """Share of it that is left at the end; it falls linearly."""
    warmup: float = 0.02
    """Share of the steps over which the step size rises from 0."""
    epochs: int = 1
    """Passes over each rollout."""
    minibatches: int = 8
    """Parts that a rollout is cut into, by lanes; one Adam step each."""
    discount: float = 0.97
    """Discount factor of a step (gamma)."""
    lam: float = 0.95
    """Mixing weight of generalised advantage estimation (lambda)."""
    clip: float = 0.2
    """How far the probability ratio may move from 1 before its gradient stops."""
    entropy: float = 0.02
    """Weight of the entropy bonus at the start."""
    final_entropy: float = 0.1
    """Share of it that is left at the end."""
    value_weight: float = 0.5
    """Weight of the value loss."""
    label_weight: float = 0.3
    """Weight of the auxiliary loss on the solver's labels; 0 trains without them."""
    guide_weight: float = 0.0
    """Weight, at the start, of imitating the moves that the game's guiding label calls right; 0: never."""
    guide_until: float = 0.3
    """Share of the steps after which nothing of it is left; it falls linearly."""
    reward_weight: float = 0.0
    """Weight of the auxiliary loss on predicting the reward of each action; 0 trains without it."""
    scale_returns: bool = False
    """Whether values are told on the scale of the returns seen so far, not in units of reward."""
    scale_by_step: bool = True
    """Whether that scale is another one for each step of a trial, which suits trials of equal length that are
    hardly discounted; else there is one for all."""
    max_grad_norm: float = 0.5
    """Gradients longer than this are scaled down to it."""
    team_share: float = 0.0
    """Share of a seat's reward that is the mean over its team's, in games of several seats: 0 learns from
    rewards as the game pays them, 1 from those of the team alone."""

    def __post_init__(self) -> None:
        check_ranges(
            self,
            learning_rate=(0.0, 1.0),
            final_learning_rate=(0.0, 1.0),
            warmup=(0.0, 1.0),
            epochs=(1, 100),
            minibatches=(1, 4096),
            discount=(0.0, 1.0),
            lam=(0.0, 1.0),
            clip=(0.0, 10.0),
            entropy=(0.0, 10.0),
            final_entropy=(0.0, 1.0),
            value_weight=(0.0, 100.0),
            label_weight=(0.0, 100.0),
            guide_weight=(0.0, 100.0),
            guide_until=(1e-6, 1.0),
            reward_weight=(0.0, 100.0),
            max_grad_norm=(0.0, 1e6),
            team_share=(0.0, 1.0),
        )

    def check_lanes(self, lanes: int, shards: int) -> None:
        parts = shards * self.minibatches
        if lanes % parts:
            raise ConfigError(
                f"run.lanes = {lanes} must be a multiple of run.shards x ppo.minibatches "
                f"= {shards} x {self.minibatches} = {parts}."
            )

    def to_json(self) -> dict[str, Any]:
        """Without a team's share of 0: what was trained before it came stays the same, byte by byte."""
        values = super().to_json()
        if not self.team_share:
            del values["team_share"]
        return values

    def work(self) -> dict[str, int]:
        return {"epochs": self.epochs, "minibatches": self.minibatches}
