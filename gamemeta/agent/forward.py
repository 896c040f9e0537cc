"""The network in NumPy: one step of n agents, as `gamemeta.networks` computes it."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.agent.cells import Stream, Table, make_cell, rms_norm
from gamemeta.agent.encoder import Encoder, Normaliser
from gamemeta.agent.file import AgentFile
from gamemeta.agent.weights import Array, taken_from, within
from gamemeta.config import make
from gamemeta.errors import AgentFileError, ConfigError
from gamemeta.networks.config import ENORMOUS, TABLE, NetworkConfig

State = dict[str, Array]


class Network:
    """The acting half of the network of an agent file.

    Raises:
        AgentFileError: weights are missing or do not fit the spec and the network's shape.
    """

    def __init__(self, agent: AgentFile) -> None:
        spec, take = agent.spec, taken_from(agent.weights)
        action = spec.action
        said = sum(action.heads) + action.numbers
        try:
            config: NetworkConfig = make(NetworkConfig, agent.network, "network")
            self._cells = {
                f"cells.{k}": make_cell(
                    name, within(take, f"cells.{k}."), config, spec, later=TABLE in config.cells[:k]
                )
                for k, name in enumerate(config.cells)
            }
            self._normaliser = Normaliser(within(take, "normaliser."), spec.obs)
            self._encoder = Encoder(
                within(take, "encoder."), spec.inputs(), config.width, config.image_encoder
            )
        except ConfigError as error:
            raise AgentFileError(f"the network's shape is malformed: {error}") from error
        width = config.width
        self._actor = take("actor.weight", (said, width))
        self._actor_bias = take("actor.bias", (said,))
        self.log_std = take("log_std", (action.numbers,)) if action.numbers else np.zeros(0, np.float32)
        self._choice_actor = take("choice_actor", (config.choice_width,)) if TABLE in config.cells else None

    def init(self, n: int) -> State:
        """Empty memories."""
        return {name: np.zeros((n, cell.state_size), np.float32) for name, cell in self._cells.items()}

    def check(self, state: State) -> None:
        """Are these memories that acting can lead to, as far as they can be told from others?

        Raises:
            ValueError: they point to what does not exist, or are not finite or enormous.
        """
        for name, cell in self._cells.items():
            if not (np.abs(state[name]) < ENORMOUS).all():
                raise ValueError(f"{name} is NaN, infinite or enormous")
            if isinstance(cell, Table):
                cell.shape.check(state[name])

    def __call__(self, inputs: Mapping[str, NDArray[Any]], state: State) -> tuple[Array, State]:
        """Logits and means [n, sum of heads + numbers] and the new state, out of inputs [n, ...]."""
        seen = self._normaliser(inputs)
        stream = Stream(np.maximum(self._encoder(seen), 0.0), None, seen)
        after = {name: cell(stream, state[name]) for name, cell in self._cells.items()}
        logits: Array = rms_norm(stream.x) @ self._actor.T + self._actor_bias
        if stream.choices is not None and self._choice_actor is not None:
            logits = logits + stream.choices @ self._choice_actor
        return logits, after
