"""One step of a table addressed by keys in NumPy."""

import numpy as np

from gamemeta.agent.reference.cells.cell import Cell, Stream, rms_norm, silu
from gamemeta.agent.reference.encoders.encoder import Encoder, Inputs
from gamemeta.agent.shape.cell_place import CellPlace
from gamemeta.agent.shape.table_shape import TableShape
from gamemeta.agent.shape.weights import Array, Take, within


class Table(Cell):
    """`gamemeta.networks.cells.table.cell.Table`."""

    def __init__(self, take: Take, place: CellPlace) -> None:
        config, spec = place.config, place.spec
        self.shape = TableShape.of(config, spec)
        self.state_size = self.shape.state_size
        width, units, values = config.width, config.choice_width, config.values
        self.value, self.value_bias = take("value", (values, width)), take("value_bias", (values,))
        self.read = take("read", (units, values + 1))
        self.context, self.context_bias = take("context", (units, width)), take("context_bias", (units,))
        self.carry = take("carry", (units, units)) if place.later else None
        self.mix, self.pick = take("mix", (units, units)), take("pick", (units,))
        self.out = take("out", (width, 2 * units))
        if self.shape.learned:
            self.keys = Encoder(within(take, "keys."), spec.obs, config.slots, config.image_encoder)
            self.action_keys = take("action_keys", (self.shape.actions, config.slots))

    def check(self, state: Array) -> None:
        self.shape.check(state)

    def __call__(self, stream: Stream, state: Array) -> Array:
        normal = rms_norm(stream.x)
        values = normal @ self.value.T + self.value_bias
        written = np.concatenate([values, np.ones((len(values), 1), np.float32)], axis=1)
        recall = self._blended if self.shape.learned else self._by_address
        y, state = recall(stream.inputs, written, state.copy())
        self._think(stream, normal, y)
        return state

    def _by_address(self, inputs: Inputs, written: Array, state: Array) -> tuple[Array, Array]:
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

    def _think(self, stream: Stream, normal: Array, y: Array) -> None:
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
