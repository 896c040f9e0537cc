"""The network in NumPy: one step of n agents, as `gamemeta.networks` computes it."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.agent.file import AgentFile
from gamemeta.errors import AgentFileError

Array = NDArray[np.float32]
State = dict[str, Array]
EPSILON = np.float32(1e-5)


def sigmoid(x: Array) -> Array:
    out: Array = 0.5 + 0.5 * np.tanh(0.5 * x)
    return out


def rms_norm(x: Array) -> Array:
    out: Array = x / np.sqrt(np.mean(x * x, axis=-1, keepdims=True) + EPSILON)
    return out


def mingru(w: Mapping[str, Array], x: Array, h: Array) -> tuple[Array, Array]:
    """One step of `networks.memory.MinGRU`: outputs and new state, [n, D] each."""
    z, c, g = np.split(rms_norm(x) @ w["weight"].T + w["bias"], 3, axis=-1)
    h = h + sigmoid(z) * (np.tanh(c) - h)
    return x + (h * (g * sigmoid(g))) @ w["out"].T, h


def gru(w: Mapping[str, Array], x: Array, h: Array) -> tuple[Array, Array]:
    """One step of `networks.memory.GRU`: outputs and new state, [n, D] each."""
    r_in, z_in, c_in = np.split(rms_norm(x) @ w["weight"].T + w["bias"], 3, axis=-1)
    r_own, z_own, c_own = np.split(h @ w["recurrent"].T + w["recurrent_bias"], 3, axis=-1)
    update = sigmoid(z_in + z_own)
    candidate = np.tanh(c_in + sigmoid(r_in + r_own) * c_own)
    h = candidate + update * (h - candidate)
    return x + h @ w["out"].T, h


Cell = Callable[[Mapping[str, Array], Array, Array], tuple[Array, Array]]
CELLS: dict[str, tuple[Cell, tuple[str, ...]]] = {
    "mingru": (mingru, ("weight", "bias", "out")),
    "gru": (gru, ("weight", "bias", "out", "recurrent", "recurrent_bias")),
}
"""The step of each cell and the parameters it has."""


class Network:
    """The acting half of the network of an agent file.

    Raises:
        AgentFileError: weights are missing or do not fit the spec and the network's shape.
    """

    def __init__(self, agent: AgentFile) -> None:
        self.inputs = agent.spec.inputs()
        self.heads = agent.spec.action.heads
        shape = agent.network
        sizes = [shape.get("width"), shape.get("layers")]
        if str(shape.get("cell")) not in CELLS or any(type(k) is not int or k < 1 for k in sizes):
            raise AgentFileError(f"the network's shape is malformed: {shape}.")
        self.width, self.layers = int(shape["width"]), int(shape["layers"])
        self._step, names = CELLS[shape["cell"]]
        w = agent.weights
        self._bias = _get(w, "encoder.bias", (self.width,))
        self._tables = [_get(w, f"encoder.tables.{b.name}", (b.rows, self.width)) for b in self.inputs]
        self._first_rows = [np.arange(b.size) * b.codes for b in self.inputs]
        self._cells = [
            {name: _get(w, f"cells.{k}.{name}", self._shape(name)) for name in names}
            for k in range(self.layers)
        ]
        self._actor = _get(w, "actor.weight", (sum(self.heads), self.width))
        self._actor_bias = _get(w, "actor.bias", (sum(self.heads),))

    def _shape(self, name: str) -> tuple[int, ...]:
        rows = self.width if name == "out" else 3 * self.width
        return (rows,) if name.endswith("bias") else (rows, self.width)

    def init(self, n: int) -> State:
        """Empty memories."""
        return {f"cells.{k}": np.zeros((n, self.width), np.float32) for k in range(self.layers)}

    def __call__(self, inputs: Mapping[str, NDArray[Any]], state: State) -> tuple[Array, State]:
        """Logits [n, sum of heads] and the new state, out of inputs [n, ...]."""
        n = len(inputs[self.inputs[0].name])
        x = np.repeat(self._bias[None], n, axis=0)
        for buffer, table, first in zip(self.inputs, self._tables, self._first_rows, strict=True):
            values = inputs[buffer.name].reshape(n, buffer.size)
            if buffer.codes:
                x += table[values + first].sum(axis=1)
            else:
                x += values @ table
        x = np.maximum(x, 0.0)
        after = {}
        for k, cell in enumerate(self._cells):
            x, after[f"cells.{k}"] = self._step(cell, x, state[f"cells.{k}"])
        logits: Array = rms_norm(x) @ self._actor.T + self._actor_bias
        return logits, after


def _get(weights: Mapping[str, Array], name: str, shape: tuple[int, ...]) -> Array:
    if name not in weights:
        raise AgentFileError(f"the weights lack {name!r}; this agent file is not complete.")
    if weights[name].shape != shape:
        raise AgentFileError(
            f"the weights {name!r} have shape {weights[name].shape}; the spec asks for {shape}."
        )
    return weights[name]
