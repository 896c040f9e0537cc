"""The network of an agent file that learns by gradient steps, as the runtime acts and adapts with it."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.agent.file import AgentFile
from gamemeta.agent.gradient.core import GradientCore
from gamemeta.agent.gradient.shape import (
    CRITIC,
    DEVIATION,
    DISCOUNT,
    MEAN,
    POLICY,
    RATES,
    GradientShape,
)
from gamemeta.agent.reference.encoders.encoder import Normaliser
from gamemeta.agent.reference.network import Network
from gamemeta.agent.shape.config import NetworkConfig
from gamemeta.agent.shape.weights import Array, Take, taken_from, within
from gamemeta.errors import AgentFileError, ConfigError
from gamemeta.trials.task_learner import Episode, Inputs


class GradientNetwork(Network):
    """A perceptron whose weights are the memory of a mind: one row [S] of all of them.

    Raises:
        AgentFileError: weights are missing or do not fit the spec and the network's shape.
    """

    def __init__(self, agent: AgentFile) -> None:
        take = taken_from(agent.weights)
        try:
            shape = GradientShape.of(agent.spec, NetworkConfig.saved(agent.network))
        except ConfigError as error:
            raise AgentFileError(f"the network's shape is malformed: {error}") from error
        self.normaliser = Normaliser(within(take, "normaliser."), agent.spec.obs, reward=False)
        self.core = GradientCore(shape, checked_weights(shape, take, agent.weights), self._normalised)
        self.adapts = agent.memory == "trial"
        self._places = {POLICY + name: columns for name, columns in shape.columns().items()}
        self.state_size = max(columns.stop for columns in self._places.values())

    def _normalised(self, inputs: Inputs) -> Inputs:
        return dict(self.normaliser(inputs))

    def init(self, n: int) -> Array:
        """The weights that every trial starts from, [n, state_size]."""
        return np.concatenate(list(self.core.init(n).values()), axis=1)

    def named(self, state: Array) -> dict[str, Array]:
        """The weights [n, size] by name; writing to them changes the state."""
        return {name: state[:, columns] for name, columns in self._places.items()}

    def check(self, state: Array) -> None:
        self.core.check(self.named(state))

    def adapt(self, state: dict[str, Array], episode: Episode) -> dict[str, Array]:
        """The weights by name after one step of the policy gradient on an episode."""
        return self.core.adapt(state, episode)

    def spread(self, state: Array) -> Array:
        return np.exp(self.core.log_std(self.named(state)))

    def __call__(self, inputs: Mapping[str, NDArray[Any]], state: Array) -> tuple[Array, Array]:
        """Logits and means [n, sum of heads + numbers], and the state as it is."""
        return self.core.act(self.named(state), dict(inputs)), state


def checked_weights(
    shape: GradientShape, take: Take, weights: Mapping[str, NDArray[np.float32]]
) -> dict[str, NDArray[np.float32]]:
    """All arrays of an agent by name.

    Raises:
        AgentFileError: one is missing, or of another shape.
    """
    arrays = {name: take(name, (1,)) for name in (MEAN, DEVIATION, DISCOUNT)}
    arrays |= {CRITIC + name: take(CRITIC + name, one) for name, one in shape.critic().items()}
    for name, one in shape.policy().items():
        arrays[POLICY + name] = take(POLICY + name, one)
        rate = weights.get(RATES + name)
        arrays[RATES + name] = take(RATES + name, (1,) if rate is not None and rate.shape == (1,) else one)
    return arrays
