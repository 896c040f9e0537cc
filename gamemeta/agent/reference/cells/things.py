"""One step of a memory of things in NumPy."""

import numpy as np

from gamemeta.agent.reference.cells.cell import Cell, Stream, rms_norm, sigmoid, silu
from gamemeta.agent.shape.cell_place import CellPlace
from gamemeta.agent.shape.things_shape import ThingsShape
from gamemeta.agent.shape.weights import Array, Take


class Things(Cell):
    """`gamemeta.networks.cells.things.cell.Things`."""

    def __init__(self, take: Take, place: CellPlace) -> None:
        config = place.config
        self.shape = shape = ThingsShape.of(config, place.spec)
        self.state_size = shape.state_size
        width, values, units = config.width, config.values, config.values
        self.write = take("write", (values + shape.places, width))
        self.write_bias = take("write_bias", (values + shape.places,))
        self.write_reward = take("write_reward", (values + shape.places,))
        self.write_new = take("write_new", (values + shape.places,))
        self.read, self.context = take("read", (units, shape.width)), take("context", (units, width))
        self.place = take("place", (shape.places, units))
        self.out = take("out", (width, shape.places * units))

    def check(self, state: Array) -> None:
        self.shape.check(state)

    def __call__(self, stream: Stream, state: Array) -> Array:
        shape, n = self.shape, len(state)
        normal, state = rms_norm(stream.x), state.copy()
        reward, split = stream.inputs["previous_reward"], [shape.width - 1]
        seen = state[:, -shape.places :].astype(np.int64)
        here = shape.here(stream.inputs)
        new = (here[:, :, None] + 1 != seen[:, None, :]).all(2).any(1, keepdims=True) & (seen[:, :1] > 0)
        p = normal @ self.write.T + self.write_bias + new.astype(np.float32) * self.write_new
        values, gates = np.split(p, split, axis=1)
        of_value, of_gate = np.split(self.write_reward, split)
        values, gates = values + reward * of_value, gates + np.abs(reward) * of_gate
        table = state[:, : -shape.places].reshape(n, shape.kinds, shape.width)
        written = np.concatenate([values, np.ones((n, 1), np.float32)], axis=1)
        parts = (sigmoid(gates) * (seen > 0))[:, :, None] * written[:, None, :]
        agents = np.arange(n)[:, None]
        np.add.at(table, (agents, np.maximum(seen - 1, 0)), parts)
        y = table[agents, here]
        share = 1.0 / (1.0 + y[..., -1:])
        facts = np.concatenate([y[..., :-1] * share, share], axis=-1)
        known = silu(facts @ self.read.T + (normal @ self.context.T)[:, None, :] + self.place)
        stream.x = stream.x + known.reshape(n, -1) @ self.out.T
        return np.concatenate([table.reshape(n, -1), here.astype(np.float32) + 1], axis=1)
