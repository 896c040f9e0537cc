"""Terms of the loss and their weights."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

TERMS = (
    "policy_loss",
    "value_loss",
    "entropy",
    "label_loss",
    "guide_loss",
    "reward_loss",
    "kl",
    "clip_share",
)
"""Names of the sums that the kernel adds up, in its order."""


@dataclass(frozen=True, kw_only=True)
class Weights:
    """Weights of the terms in the loss."""

    policy: float = 1.0
    value: float
    entropy: float
    label: float
    guide: float
    reward: float

    def of_sums(self, rows: int) -> NDArray[np.float32]:
        """One for each of `TERMS`, where a sum over rows stands for its mean."""
        weights = (self.policy, self.value, -self.entropy, self.label, self.guide, self.reward, 0.0, 0.0)
        return (np.array(weights) / rows).astype(np.float32)
