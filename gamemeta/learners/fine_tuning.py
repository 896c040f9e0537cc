"""Fine-tuning as a baseline: an agent's weights changed by gradients on each level."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from gamemeta.errors import ConfigError
from gamemeta.trials.sampling import Drawn
from gamemeta.trials.task_learner import Inputs, TaskLearner


@dataclass(frozen=True, kw_only=True)
class FineTuningConfig:
    """Settings of fine-tuning: how the weights are changed after each episode."""

    learning_rate: float = 3e-4
    """Adam's step size."""
    gradient_steps: int = 4
    """Steps after each episode."""

    def __post_init__(self) -> None:
        if not 0 < self.learning_rate < 1 or self.gradient_steps < 0:
            raise ConfigError(f"fine-tuning settings are out of range: {self}.")


def settings_in_words(chosen: Sequence[FineTuningConfig]) -> str:
    """Such as: Adam 0.001, 4 steps an episode, chosen on other levels."""
    words = dict.fromkeys(
        f"Adam {one.learning_rate:g}, {one.gradient_steps} step{'s' * (one.gradient_steps > 1)} an episode"
        for one in chosen
    )
    return f"{' or '.join(words)}, chosen on other levels"


@dataclass
class PlayedEpisode:
    """One episode as it was played: lists over its steps, then how it ended."""

    inputs: list[Inputs]
    drawn: list[Drawn]
    value: list[float]
    reward: list[float]
    success: bool
    cut_off: bool = False
    """Whether it was truncated: what would have come after it then counts."""
    end_value: float = 0.0
    """Value of the last observation of an episode that was cut off."""


class FineTuner(Protocol):
    """Changes copies of an agent's weights, one for each level."""

    def begin(self) -> TaskLearner:
        """A copy with the agent's weights, which `improve` changes from now on."""
        ...

    def improve(self, episode: PlayedEpisode) -> None:
        """Change the weights of the newest copy after an episode that it played."""
        ...
