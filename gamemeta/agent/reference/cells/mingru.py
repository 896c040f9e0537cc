"""One step of a minimal gated recurrent unit (Feng et al. 2024) in NumPy."""

import numpy as np

from gamemeta.agent.reference.cells.cell import Cell, Stream, by_input, rms_norm, sigmoid
from gamemeta.agent.shape.cell_place import CellPlace
from gamemeta.agent.shape.weights import Array, Take


class MinGRU(Cell):
    """`gamemeta.networks.cells.mingru.cell.MinGRU`, with both gates side by side and the candidate last."""

    def __init__(self, take: Take, place: CellPlace) -> None:
        width = self.state_size = place.config.width
        self.weight, self.bias = take("weight", (3 * width, width)), take("bias", (3 * width,))
        self.out = by_input(take("out", (width, width)))
        order = np.arange(3 * width).reshape(3, width)[[0, 2, 1]].ravel()
        self._to_gates, self._gate_bias = by_input(self.weight[order]), self.bias[order]

    def __call__(self, stream: Stream, state: Array) -> Array:
        width = self.state_size
        p = rms_norm(stream.x) @ self._to_gates + self._gate_bias
        gates, candidate = sigmoid(p[:, : 2 * width]), np.tanh(p[:, 2 * width :])
        state = state + gates[:, :width] * (candidate - state)
        stream.x = stream.x + (state * p[:, width : 2 * width] * gates[:, width:]) @ self.out
        return state
