"""The memory cells in NumPy: one step of n agents, as `gamemeta.networks` computes it."""

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from gamemeta.agent.reference.encoder import Encoder, Inputs
from gamemeta.agent.shape.config import NetworkConfig, TableShape
from gamemeta.agent.shape.weights import Array, Take, within
from gamemeta.spec import Spec

EPSILON = np.float32(1e-5)
HALF, ONE = np.float32(0.5), np.float32(1)


def sigmoid(x: Array) -> Array:
    """Logistic function, by way of tanh so that nothing overflows."""
    out: Array = 0.5 + 0.5 * np.tanh(0.5 * x)
    return out


def silu(x: Array) -> Array:
    """x times its logistic function."""
    out: Array = x * sigmoid(x)
    return out


def rms_norm(x: Array) -> Array:
    """The last axis at root mean square 1."""
    if len(x) == 1 and x.ndim == 2:  # calls on arrays take longer than on numbers
        row = x[0]
        alone: Array = x * np.float32(1.0 / math.sqrt(float(row.dot(row)) / row.size + 1e-5))
        return alone
    square = np.add.reduce(x * x, axis=-1, keepdims=True) / np.float32(x.shape[-1])
    out: Array = x / np.sqrt(square + EPSILON)
    return out


@dataclass
class Stream:
    """What flows from cell to cell: features [n, D], what is known of each action [n, A, C], the inputs."""

    x: Array
    choices: Array | None
    inputs: Inputs


class Cell(Protocol):
    """One cell with its weights."""

    state_size: int

    def __call__(self, stream: Stream, state: Array) -> Array:
        """Bring the stream forward; gives the new state [n, state_size]."""
        ...


class MinGRU:
    """`networks.memory.MinGRU`.

    sigmoid(x) is (1 + tanh(x / 2)) / 2: the rows of both gates are kept halved, so that one tanh does it all.
    """

    def __init__(self, take: Take, width: int) -> None:
        self.state_size = width
        self.weight, self.bias = take("weight", (3 * width, width)), take("bias", (3 * width,))
        self.out = by_input(take("out", (width, width)))
        half = _halves(width, (True, False, True))
        self._to_gates, self._gate_bias = by_input(self.weight * half[:, None]), self.bias * half

    def __call__(self, stream: Stream, state: Array) -> Array:
        width = self.state_size
        half = rms_norm(stream.x) @ self._to_gates + self._gate_bias
        t = np.tanh(half)
        update = HALF + HALF * t[:, :width]
        state = state + update * (t[:, width : 2 * width] - state)
        gated = state * (half[:, 2 * width :] * (ONE + t[:, 2 * width :]))
        stream.x = stream.x + gated @ self.out
        return state


class GRU:
    """`networks.memory.GRU`, with the rows of both gates halved as in `MinGRU`."""

    def __init__(self, take: Take, width: int) -> None:
        self.state_size = width
        self.weight, self.bias = take("weight", (3 * width, width)), take("bias", (3 * width,))
        self.recurrent = take("recurrent", (3 * width, width))
        self.recurrent_bias = take("recurrent_bias", (3 * width,))
        self.out = by_input(take("out", (width, width)))
        half = _halves(width, (True, True, False))
        self._to_gates, self._gate_bias = by_input(self.weight * half[:, None]), self.bias * half
        self._to_own, self._own_bias = by_input(self.recurrent * half[:, None]), self.recurrent_bias * half

    def __call__(self, stream: Stream, state: Array) -> Array:
        width = self.state_size
        seen = rms_norm(stream.x) @ self._to_gates + self._gate_bias
        own = state @ self._to_own + self._own_bias
        gates = HALF + HALF * np.tanh(seen[:, : 2 * width] + own[:, : 2 * width])
        candidate = np.tanh(seen[:, 2 * width :] + gates[:, :width] * own[:, 2 * width :])
        state = candidate + gates[:, width:] * (state - candidate)
        stream.x = stream.x + state @ self.out
        return state


def by_input(weight: Array) -> Array:
    """[inputs, outputs] of [outputs, inputs], row by row: the faster way to multiply by it."""
    return np.ascontiguousarray(weight.T)


def _halves(width: int, halved: tuple[bool, bool, bool]) -> Array:
    """One half or 1 for every row [3 width]."""
    return np.repeat(np.where(halved, HALF, ONE), width)


class Table:
    """`networks.table.Table`."""

    def __init__(self, take: Take, config: NetworkConfig, spec: Spec, *, later: bool) -> None:
        self.shape = TableShape.of(config, spec)
        self.state_size = self.shape.state_size
        width, units, values = config.width, config.choice_width, config.values
        self.value, self.value_bias = take("value", (values, width)), take("value_bias", (values,))
        self.read = take("read", (units, values + 1))
        self.context, self.context_bias = take("context", (units, width)), take("context_bias", (units,))
        self.carry = take("carry", (units, units)) if later else None
        self.mix, self.pick = take("mix", (units, units)), take("pick", (units,))
        self.out = take("out", (width, 2 * units))
        if self.shape.learned:
            self.keys = Encoder(within(take, "keys."), spec.obs, config.slots, config.image_encoder)
            self.action_keys = take("action_keys", (self.shape.actions, config.slots))

    def __call__(self, stream: Stream, state: Array) -> Array:
        normal = rms_norm(stream.x)
        values = normal @ self.value.T + self.value_bias
        written = np.concatenate([values, np.ones((len(values), 1), np.float32)], axis=1)
        recall = self._blended if self.shape.learned else self._given
        y, state = recall(stream.inputs, written, state.copy())
        self._tell(stream, normal, y)
        return state

    def _given(self, inputs: Inputs, written: Array, state: Array) -> tuple[Array, Array]:
        shape, n = self.shape, len(written)
        table = state[:, :-1].reshape(n, shape.rows, shape.width)
        agents, before = np.arange(n), state[:, -1].astype(np.int64)
        for h, first in enumerate(shape.first):
            action = inputs["previous_action"][:, h].astype(np.int64)
            row = np.where(action > 0, before * shape.actions + first + action - 1, 0)
            table[agents, row] += written * (action > 0)[:, None]
        here = np.zeros(n, np.int64) if shape.key is None else shape.here(inputs[shape.key.name])
        rows = here[:, None].astype(np.int64) * shape.actions + np.arange(shape.actions)
        after = np.concatenate([table.reshape(n, -1), here[:, None].astype(np.float32)], axis=1)
        return table[agents[:, None], rows], after

    def _blended(self, inputs: Inputs, written: Array, state: Array) -> tuple[Array, Array]:
        shape, n = self.shape, len(written)
        table = state[:, : -shape.rows].reshape(n, shape.width, shape.rows)
        before, agents = self._addresses(state[:, -shape.rows :]), np.arange(n)
        for h, first in enumerate(shape.first):
            action = inputs["previous_action"][:, h].astype(np.int64)
            key = before[agents, first + np.maximum(action, 1) - 1] * (action > 0)[:, None]
            table += written[:, :, None] * key[:, None, :]
        logits = self.keys(inputs)
        y: Array = np.einsum("nam,nwm->naw", self._addresses(logits), table)
        return y, np.concatenate([table.reshape(n, -1), logits], axis=1)

    def _addresses(self, logits: Array) -> Array:
        together = logits[:, None, :] + self.action_keys
        weight = np.exp(together - together.max(axis=-1, keepdims=True))
        out: Array = weight / np.sqrt(np.square(weight).sum(axis=-1, keepdims=True))
        return out

    def _tell(self, stream: Stream, normal: Array, y: Array) -> None:
        share = 1.0 / (1.0 + y[..., -1:])
        facts = np.concatenate([y[..., :-1] * share, share], axis=-1)
        before = facts @ self.read.T + (normal @ self.context.T + self.context_bias)[:, None, :]
        if self.carry is not None and stream.choices is not None:
            before = before + stream.choices @ self.carry.T
        known = silu(before)
        known = known + silu(known @ self.mix.T)
        weight = np.exp(known @ self.pick - (known @ self.pick).max(axis=-1, keepdims=True))
        best = (weight / weight.sum(axis=-1, keepdims=True))[..., None] * known
        both = np.concatenate([best.sum(axis=1), known.mean(axis=1)], axis=-1)
        stream.x = stream.x + both @ self.out.T
        stream.choices = known if stream.choices is None else stream.choices + known


def make_cell(name: str, take: Take, config: NetworkConfig, spec: Spec, *, later: bool) -> Cell:
    """The cell of this name, one of `networks.config.CELL_NAMES`."""
    if name == "mingru":
        return MinGRU(take, config.width)
    if name == "gru":
        return GRU(take, config.width)
    return Table(take, config, spec, later=later)
