"""One step of attention over a window of steps in NumPy."""

import numpy as np

from gamemeta.agent.reference.cells.cell import Cell, Stream, by_input, rms_norm, silu
from gamemeta.agent.shape.attention_shape import AttentionShape
from gamemeta.agent.shape.cell_place import CellPlace
from gamemeta.agent.shape.weights import Array, Take


class Attention(Cell):
    """`gamemeta.networks.cells.attention.cell.Attention`."""

    def __init__(self, take: Take, place: CellPlace) -> None:
        self.shape = shape = AttentionShape.of(place.config)
        self.state_size = shape.state_size
        width, outputs = place.config.width, 2 * (place.config.width + shape.size)
        self.weight, self.bias = take("weight", (outputs, width)), take("bias", (outputs,))
        self.distance_bias = take("distance_bias", (shape.heads, shape.ranges))[:, shape.range_of()]
        self.out = by_input(take("out", (width, width)))
        self._to_parts = by_input(self.weight)

    def check(self, state: Array) -> None:
        self.shape.check(state)

    def __call__(self, stream: Stream, state: Array) -> Array:
        (heads, size, window), n = (self.shape.heads, self.shape.size, self.shape.window), len(state)
        p = rms_norm(stream.x) @ self._to_parts + self.bias
        query, gate, key, value = np.split(p, [heads * size, 2 * heads * size, -size], axis=1)
        state, minds = state.copy(), np.arange(n)
        keys = state[:, : size * window].reshape(n, size, window)
        values = state[:, size * window : -1].reshape(n, window, size)
        newest = state[:, -1].astype(np.int64) % window
        keys[minds, :, newest], values[minds, newest] = key, value
        count = state[:, -1] + 1
        state[:, -1] = np.where(count == 2 * window, window, count)
        distance = (newest[:, None] - np.arange(window)) % window
        score = query.reshape(n, heads, size) @ keys * np.float32(size**-0.5)
        score += self.distance_bias[:, distance].transpose(1, 0, 2)
        taken = np.arange(window) < np.minimum(count, window)[:, None]
        score = np.where(taken[:, None], score, np.float32(-np.inf))
        weight = np.exp(score - score.max(axis=-1, keepdims=True))
        read = (weight / weight.sum(axis=-1, keepdims=True)) @ values
        stream.x = stream.x + (read.reshape(n, -1) * silu(gate)) @ self.out
        return state
