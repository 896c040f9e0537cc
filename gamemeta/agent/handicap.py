"""Minds that play below their skill: slower to react and less sure, down to chance."""

import numpy as np
from numpy.typing import NDArray

from gamemeta.agent.draws import lanes, uniform
from gamemeta.errors import ConfigError

Array = NDArray[np.float32]

SLOWEST = 0.5
"""Share of the steps in which a mind of skill 0 has not reacted yet."""
REACTIONS, NUMBERS = 1 << 61, 1 << 62
"""What the seeds of these draws are told apart by from those of the actions themselves."""
NEARLY_ONE = np.float32(1 - 1e-6)
"""No number of an action comes nearer to its bounds than this, where they lie at -1 and 1."""


def check_skill(skill: float) -> float:
    """The same number.

    Raises:
        ConfigError: it does not lie in 0..1.
    """
    if not 0.0 <= skill <= 1.0:
        raise ConfigError(f"skill = {skill}: give 0 (plays at random) to 1 (plays as it was trained).")
    return float(skill)


class Handicap:
    """Handicaps of n minds, which keep them below their skill.

    With chance (1 - skill) / 2 a mind has not reacted yet in a step and goes by what it thought in the step
    before. What it thinks has a temperature of 1 / skill^2, and numbers are drawn towards chance: at skill 0
    every action is as likely as any other.

    Args:
        skill: 0 to below 1.
        n: number of minds.
        width: logits and means of each.
        seed: what its draws come from.
    """

    def __init__(self, skill: float, n: int, width: int, seed: int) -> None:
        self.skill = skill
        self._reactions, self._numbers = lanes(seed ^ REACTIONS, n), lanes(seed ^ NUMBERS, n)
        self.thought = np.zeros((n, width), np.float32)

    def reacts(self, head_outputs: Array, keep: NDArray[np.bool_], steps: NDArray[np.int64]) -> Array:
        """The inputs that each mind reacts to in this step [n, width].

        Args:
            head_outputs: logits and means of this step, [n, width].
            keep: [n], whose memory was not cleared since the last step.
            steps: [n], which step of each mind this is.
        """
        late = uniform(self._reactions, steps) < SLOWEST * (1.0 - self.skill)
        self.thought = np.where(late[:, None], self.thought * keep[:, None], head_outputs)
        return self.thought

    def tempered(self, logits: Array) -> Array:
        """Logits at the temperature of this skill."""
        return logits * np.float32(self.skill**2)

    def blurred(self, raw: Array, first: NDArray[np.int64]) -> Array:
        """Numbers [n, numbers], before they are squashed, drawn towards chance; by draws from `first` on."""
        draws = [uniform(self._numbers, first + k) for k in range(raw.shape[1])]
        chance = 2.0 * np.stack(draws, axis=1) - 1.0
        unit = self.skill * np.tanh(raw) + (1.0 - self.skill) * chance
        blurred: Array = np.arctanh(np.clip(unit, -NEARLY_ONE, NEARLY_ONE)).astype(np.float32)
        return blurred
