"""One step of a minimal gated recurrent unit (Feng et al. 2024) in NumPy."""

import numpy as np

from gamemeta.agent.reference.cells.cell import HALF, ONE, Stream, by_input, halves, rms_norm
from gamemeta.agent.shape.weights import Array, Take


class MinGRU:
    """`networks.memory.MinGRU`.

    sigmoid(x) is (1 + tanh(x / 2)) / 2: the rows of both gates are kept halved, so that one tanh does it all.
    """

    def __init__(self, take: Take, width: int) -> None:
        self.state_size = width
        self.weight, self.bias = take("weight", (3 * width, width)), take("bias", (3 * width,))
        self.out = by_input(take("out", (width, width)))
        half = halves(width, (True, False, True))
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
