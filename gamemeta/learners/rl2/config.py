"""Settings of RL^2 on proximal policy optimisation."""

from dataclasses import dataclass
from typing import Any, ClassVar

from gamemeta.config import check_ranges
from gamemeta.errors import ConfigError
from gamemeta.learners.config import LearnerConfig


@dataclass(frozen=True, kw_only=True)
class PPOConfig(LearnerConfig):
    """Settings of the outer loop."""

    section: ClassVar[str] = "ppo"

    learning_rate: float = 3e-3
    """Step size of Adam, after the warm-up."""
    final_learning_rate: float = 0.05
    """Share of the step size that is left at the end; it falls linearly."""
    warmup: float = 0.02
    """Share of the training over which the step size rises from 0."""
    epochs: int = 1
    """Passes over each rollout."""
    minibatches: int = 8
    """Minibatches of each pass, one step of Adam each."""
    discount: float = 0.97
    """Discount factor of future rewards, per step (gamma)."""
    lam: float = 0.95
    """Mixing weight of generalised advantage estimation (lambda)."""
    clip: float = 0.2
    """Largest change of an action's probability ratio that still has a gradient (PPO's epsilon)."""
    entropy: float = 0.02
    """Weight of the entropy bonus at the start; larger explores more."""
    final_entropy: float = 0.1
    """Share of the entropy bonus that is left at the end."""
    policy_weight: float = 1.0
    """Weight of what rewards say of the policy; 0 leaves it to a teacher alone."""
    value_weight: float = 0.5
    """Weight of the value loss."""
    label_weight: float = 0.3
    """Weight of the auxiliary loss that predicts the solver's labels; 0 turns it off."""
    guide_weight: float = 0.0
    """Weight, at the start, of imitating the moves that the solver labels as good, or what the agent of
    `--teacher` would do; 0 turns it off."""
    guide_until: float = 0.3
    """Share of the training after which imitation has ended; its weight falls linearly."""
    reward_weight: float = 0.0
    """Weight of the auxiliary loss that predicts the reward of each action; 0 turns it off."""
    belief_weight: float = 0.0
    """Weight of the loss that predicts the game's hidden facts from memory, such as where the goal is; 0
    turns it off. The agent then says what it believes: `gamemeta play --beliefs`."""
    belief_shapes: bool = False
    """Whether that loss shapes the memory, too; else it reads the memory and changes nothing else."""
    beliefs_only: bool = False
    """Train the heads of beliefs and nothing else: the agent, given by --from, plays as before."""
    scale_returns: bool = False
    """Divide returns by their running scale, for games whose rewards are large, small or unknown."""
    scale_by_step: bool = True
    """Keep one scale for each step of a trial, which suits short trials of equal length; false keeps one
    for all."""
    max_grad_norm: float = 0.5
    """Largest norm of a gradient; larger ones are scaled down."""
    team_share: float = 0.0
    """Share of a seat's reward that is averaged over its team, in games of several seats: 0 uses rewards
    as paid, 1 the team's mean alone."""

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
            policy_weight=(0.0, 100.0),
            value_weight=(0.0, 100.0),
            label_weight=(0.0, 100.0),
            guide_weight=(0.0, 100.0),
            guide_until=(1e-6, 1.0),
            reward_weight=(0.0, 100.0),
            belief_weight=(0.0, 100.0),
            max_grad_norm=(0.0, 1e6),
            team_share=(0.0, 1.0),
        )

        if self.beliefs_only and not self.belief_weight:
            raise ConfigError(
                f"{self.section}.beliefs_only trains beliefs, and {self.section}.belief_weight = 0 has none. "
                "Give 1."
            )

    def check_lanes(self, lanes: int, shards: int) -> None:
        parts = shards * self.minibatches
        if lanes % parts:
            raise ConfigError(
                f"run.lanes = {lanes} must be a multiple of run.shards x {self.section}.minibatches "
                f"= {shards} x {self.minibatches} = {parts}."
            )

    def to_json(self) -> dict[str, Any]:
        """Without a team's share of 0, without beliefs and without a policy's weight of 1: what was trained
        before they came stays the same, byte by byte."""
        values = super().to_json()
        if values["policy_weight"] == 1.0:
            del values["policy_weight"]
        for name in ("team_share", "belief_weight", "belief_shapes", "beliefs_only"):
            if not values[name]:
                del values[name]
        return values

    def work(self) -> dict[str, int]:
        return {"epochs": self.epochs, "minibatches": self.minibatches}
