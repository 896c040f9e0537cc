"""The network in NumPy: one step of n agents, as `gamemeta.networks` computes it."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.agent.cells import Array, Stream, Table, look_up, make_cell, rms_norm
from gamemeta.agent.file import AgentFile
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
        self.inputs = agent.spec.inputs()
        action = agent.spec.action
        said = sum(action.heads) + action.numbers
        w = agent.weights
        try:
            config: NetworkConfig = make(NetworkConfig, agent.network, "network")
            self._cells = {
                f"cells.{k}": make_cell(
                    name, partial(_get, w, f"cells.{k}."), config, agent.spec, later=TABLE in config.cells[:k]
                )
                for k, name in enumerate(config.cells)
            }
        except ConfigError as error:
            raise AgentFileError(f"the network's shape is malformed: {error}") from error
        width = config.width
        self._bias = _get(w, "", "encoder.bias", (width,))
        self._tables = [_get(w, "", f"encoder.tables.{b.name}", (b.rows, width)) for b in self.inputs]
        self._actor = _get(w, "", "actor.weight", (said, width))
        self._actor_bias = _get(w, "", "actor.bias", (said,))
        self.log_std = (
            _get(w, "", "log_std", (action.numbers,)) if action.numbers else np.zeros(0, np.float32)
        )
        self._choice_actor = (
            _get(w, "", "choice_actor", (config.choice_width,)) if TABLE in config.cells else None
        )

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
        x = look_up(inputs, self.inputs, self._tables, self._bias)
        stream = Stream(np.maximum(x, 0.0), None, inputs)
        after = {name: cell(stream, state[name]) for name, cell in self._cells.items()}
        logits: Array = rms_norm(stream.x) @ self._actor.T + self._actor_bias
        if stream.choices is not None and self._choice_actor is not None:
            logits = logits + stream.choices @ self._choice_actor
        return logits, after


def _get(weights: Mapping[str, Array], prefix: str, name: str, shape: tuple[int, ...]) -> Array:
    name = prefix + name
    if name not in weights:
        raise AgentFileError(f"the weights lack {name!r}; this agent file is not complete.")
    if weights[name].shape != shape:
        raise AgentFileError(
            f"the weights {name!r} have shape {weights[name].shape}; the spec asks for {shape}."
        )
    return weights[name]
