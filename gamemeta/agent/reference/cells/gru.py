"""One step of a gated recurrent unit (Cho et al. 2014) in NumPy."""

import numpy as np

from gamemeta.agent.reference.cells.cell import HALF, Stream, by_input, halves, rms_norm
from gamemeta.agent.shape.weights import Array, Take


class GRU:
    """`networks.memory.GRU`, with the rows of both gates halved as in `MinGRU`."""

    def __init__(self, take: Take, width: int) -> None:
        self.state_size = width
        self.weight, self.bias = take("weight", (3 * width, width)), take("bias", (3 * width,))
        self.recurrent = take("recurrent", (3 * width, width))
        self.recurrent_bias = take("recurrent_bias", (3 * width,))
        self.out = by_input(take("out", (width, width)))
        half = halves(width, (True, True, False))
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
