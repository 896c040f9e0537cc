"""Settings of the learner of beliefs."""

from dataclasses import asdict, dataclass
from typing import Any, ClassVar

from gamemeta.config import check_ranges
from gamemeta.errors import ConfigError
from gamemeta.learners.rl2.config import PPOConfig


@dataclass(frozen=True, kw_only=True)
class BeliefConfig(PPOConfig):
    """Settings of VariBAD (Zintgraf et al. 2020): those of PPO, and those of the inference."""

    section: ClassVar[str] = "belief"

    belief_weight: float = 1.0
    """Weight of the loss that predicts the game's hidden facts from the posterior, in games that name some;
    0 turns it off."""
    belief_shapes: bool = True
    """Whether that loss shapes the inference; else it reads the posterior and changes nothing else."""
    beliefs_only: bool = False
    """Not of this learner, whose beliefs are what its policy sees: leave it false."""
    decoder_weight: float = 10.0
    """Weight of the loss that predicts the rewards of all steps of a trial from each posterior."""
    decoded_steps: int = 8
    """Steps drawn from the trial for each posterior, whose rewards are predicted."""
    kl_weight: float = 0.001
    """Weight of the divergence of each posterior from the one before it, the standard normal at first."""
    policy_shapes: bool = False
    """Whether the rewards shape the inference, too; else what the policy learns stops at the posterior."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.beliefs_only:
            raise ConfigError(
                "belief.beliefs_only: the policy of this learner sees its beliefs, so neither is trained "
                "alone. Leave it false."
            )
        check_ranges(self, decoder_weight=(0.0, 1e4), decoded_steps=(1, 1024), kl_weight=(0.0, 100.0))

    def to_json(self) -> dict[str, Any]:
        return asdict(self)
