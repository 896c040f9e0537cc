"""The network of an agent that learns by gradient steps: its weights by name, and what it sees as one row."""

from dataclasses import dataclass
from itertools import accumulate, pairwise
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.agent.shape.config import NetworkConfig
from gamemeta.agent.shape.weights import Array
from gamemeta.errors import ConfigError
from gamemeta.spec import Image, Quantities, Spec, Symbols
from gamemeta.trials.task_learner import Inputs

POLICY, CRITIC, RATES = "policy.", "critic.", "rates."
"""What the names of weights begin with: those that a step changes, those of the baseline, and step sizes."""
MEAN, DEVIATION = "returns.mean", "returns.deviation"
"""Arrays [1]: the scale of returns."""
DISCOUNT = "returns.discount"
"""Array [1]: the discount factor of a step."""
LOG_STD = "log_std"
MOST_ROWS = 1 << 14
"""Most columns of what is seen: one for each symbol of each element, and for each quantity."""

Shapes = dict[str, tuple[int, ...]]


@dataclass(frozen=True)
class GradientShape:
    """Shape of a perceptron without memory over the observation, and of another one as its critic.

    Args:
        spec: what the agent sees and does.
        width: units of each hidden layer.
        layers: hidden layers.
    Raises:
        ConfigError: pictures, or far too many symbols.
    """

    spec: Spec
    width: int
    layers: int

    def __post_init__(self) -> None:
        pictures = [b.name for b in self.spec.obs if isinstance(b, Image)]
        if pictures:
            raise ConfigError(
                f"run.learner = 'maml': the observation {pictures[0]!r} is a picture, and a gradient step in "
                "the game covers symbols and quantities alone. Use run.learner=rl2."
            )
        if self.spec.choices is not None:
            raise ConfigError(
                f"run.learner = 'maml': the observation {self.spec.choices.name!r} describes the choices, "
                "and a gradient step in the game covers actions by their numbers alone. Use run.learner=rl2."
            )
        if self.rows > MOST_ROWS:
            raise ConfigError(
                f"run.learner = 'maml': {self.rows:,} symbols and quantities in an observation are more than "
                f"the {MOST_ROWS:,} that weights of each level can have. Use run.learner=rl2."
            )

    @classmethod
    def of(cls, spec: Spec, config: NetworkConfig) -> "GradientShape":
        """The shape that `network.width` and `network.layers` give; it has no memory cells."""
        return cls(spec, config.width, config.layers)

    @property
    def rows(self) -> int:
        """Columns of what is seen."""
        return sum(b.rows for b in self.spec.obs)

    @property
    def outputs(self) -> int:
        """Logits of all heads, and means of continuous numbers."""
        return sum(self.spec.action.heads) + self.spec.action.continuous

    def policy(self) -> Shapes:
        """The weights that a step changes, without their prefix."""
        continuous = self.spec.action.continuous
        return self._perceptron(self.outputs) | ({LOG_STD: (continuous,)} if continuous else {})

    def critic(self) -> Shapes:
        """The weights of the critic, without their prefix."""
        return self._perceptron(1)

    def _perceptron(self, outputs: int) -> Shapes:
        sizes = [self.rows, *[self.width] * self.layers, outputs]
        shapes: Shapes = {}
        for k, (before, after) in enumerate(pairwise(sizes)):
            shapes |= {f"{k}.weight": (before, after), f"{k}.bias": (after,)}
        return shapes

    def columns(self) -> dict[str, slice]:
        """The columns of each changing weight in a state [n, S]."""
        sizes = [prod(shape) for shape in self.policy().values()]
        ends = [0, *accumulate(sizes)]
        return dict(zip(self.policy(), (slice(a, b) for a, b in pairwise(ends)), strict=True))

    def seen(self, inputs: Inputs) -> Array:
        """What an observation [n, T, ...] shows as rows float32 [n, T, R]: ones for symbols, and quantities.

        Args:
            inputs: by name, normalised.
        """
        lead = next(iter(inputs.values())).shape[:2]
        parts = []
        for b in self.spec.obs:
            values = inputs[b.name].reshape(*lead, b.size)
            if isinstance(b, Symbols):
                parts.append(_ones(values, b.codes))
            elif isinstance(b, Quantities):
                parts.append(values.astype(np.float32))
        return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=-1)


def _ones(codes: NDArray[Any], choices: int) -> Array:
    """[n, T, elements * choices], 1 at the code of each element."""
    n, steps, elements = codes.shape
    out = np.zeros((n * steps, elements * choices), np.float32)
    at = codes.reshape(n * steps, elements).astype(np.int64) + np.arange(elements) * choices
    out[np.arange(n * steps)[:, None], at] = 1.0
    return out.reshape(n, steps, -1)
