"""Settings of MAML."""

from dataclasses import dataclass
from typing import ClassVar

from gamemeta.config import check_ranges
from gamemeta.errors import ConfigError
from gamemeta.learners.config import LearnerConfig

FULL, FIRST = "full", "first"
FIXED, LEARNED = "fixed", "learned"


@dataclass(frozen=True, kw_only=True)
class MAMLConfig(LearnerConfig):
    """Settings of the learner `maml` (`run.learner=maml`): one policy-gradient step after each episode."""

    section: ClassVar[str] = "maml"

    inner_rate: float = 0.5
    """Step size of the gradient step after an episode; where step sizes are learned, what they start from."""
    inner_rates: str = LEARNED
    """Step sizes: `learned`, one for each weight (Meta-SGD, Li et al. 2017), or `fixed` at `inner_rate`."""
    order: str = FULL
    """Derivatives of the outer loop: `full`, through the steps and through what was played before them
    (Rothfuss et al. 2019), or `first`, as if steps did not depend on what they start from (Finn et al.
    2017)."""
    learning_rate: float = 3e-3
    """Step size of Adam in the outer loop."""
    final_learning_rate: float = 0.1
    """Share of the step size that is left at the end; it falls linearly."""
    epochs: int = 2
    """Passes over each rollout, by PPO's clipped ratio (ProMP, Rothfuss et al. 2019)."""
    minibatches: int = 2
    """Minibatches of each pass, one step of Adam each."""
    clip: float = 0.2
    """Largest change of an action's probability ratio that still has a gradient (PPO's epsilon)."""
    discount: float = 0.9
    """Discount factor of future rewards within an episode, per step, in both loops (gamma)."""
    entropy: float = 0.0
    """Weight of the entropy bonus."""
    value_weight: float = 0.5
    """Weight of the critic's loss."""
    first_episode: float = 1.0
    """Weight of the first episode, before any step, in the outer loop; 0: it serves to explore alone."""
    max_grad_norm: float = 0.5
    """Largest norm of a gradient of the outer loop; larger ones are scaled down."""

    def __post_init__(self) -> None:
        check_ranges(
            self,
            inner_rate=(0.0, 1000.0),
            learning_rate=(0.0, 1.0),
            final_learning_rate=(0.0, 1.0),
            epochs=(1, 100),
            minibatches=(1, 4096),
            clip=(0.0, 10.0),
            discount=(0.0, 1.0),
            entropy=(0.0, 10.0),
            value_weight=(0.0, 100.0),
            first_episode=(0.0, 1.0),
            max_grad_norm=(0.0, 1e6),
        )
        for name, choices in (("order", (FULL, FIRST)), ("inner_rates", (LEARNED, FIXED))):
            if getattr(self, name) not in choices:
                raise ConfigError(
                    f"maml.{name} = {getattr(self, name)!r}: give {choices[0]!r} or {choices[1]!r}."
                )

    def check_lanes(self, lanes: int, shards: int) -> None:
        parts = shards * self.minibatches
        if lanes % parts:
            raise ConfigError(
                f"run.lanes = {lanes} must be a multiple of run.shards x maml.minibatches "
                f"= {shards} x {self.minibatches} = {parts}."
            )

    def work(self) -> dict[str, int]:
        return {"epochs": self.epochs, "minibatches": self.minibatches}
