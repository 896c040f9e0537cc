"""One step of a gated recurrent unit (Cho et al. 2014) in NumPy."""

import numpy as np

from gamemeta.agent.reference.cells.cell import Cell, Stream, by_input, rms_norm, sigmoid
from gamemeta.agent.shape.cell_place import CellPlace
from gamemeta.agent.shape.weights import Array, Take


class GRU(Cell):
    """`gamemeta.networks.cells.gru.cell.GRU`."""

    def __init__(self, take: Take, place: CellPlace) -> None:
        width = self.state_size = place.config.width
        self.weight, self.bias = take("weight", (3 * width, width)), take("bias", (3 * width,))
        self.recurrent = take("recurrent", (3 * width, width))
        self.recurrent_bias = take("recurrent_bias", (3 * width,))
        self.out = by_input(take("out", (width, width)))
        self._from_input, self._from_state = by_input(self.weight), by_input(self.recurrent)

    def __call__(self, stream: Stream, state: Array) -> Array:
        width = self.state_size
        seen = rms_norm(stream.x) @ self._from_input + self.bias
        kept = state @ self._from_state + self.recurrent_bias
        gates = sigmoid(seen[:, : 2 * width] + kept[:, : 2 * width])
        candidate = np.tanh(seen[:, 2 * width :] + gates[:, :width] * kept[:, 2 * width :])
        state = candidate + gates[:, width:] * (state - candidate)
        stream.x = stream.x + state @ self.out
        return state
