"""Attention over the last steps as a memory cell.

One cell, for features x [T, n, D] and x' = rms_norm(x), at step t:

    q, g, k, v = W x' + b                      queries of all heads [D], gates [D], a key, a value
    a_hs = softmax over s of q_h k_s / sqrt(size) + b_h(t - s),    s from t - window + 1 to t
    x += W_o [sum over s of a_hs v_s, for every head h] silu(g)

Heads share keys and values (Shazeer 2019): a memory holds a key and a value a step, whatever the number of
heads. How far a step lies back counts by a learned bias b_h of ranges of distances (Raffel et al. 2020).
"""

from typing import Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from gamemeta.agent.shape.attention_shape import AttentionShape
from gamemeta.agent.shape.cell_place import CellPlace
from gamemeta.agent.shape.config import NetworkConfig
from gamemeta.networks.cells.attention.function import Attend
from gamemeta.networks.cells.attention.ring import Ring
from gamemeta.networks.cells.cell import RecurrentCell, linear, rms_norm
from gamemeta.networks.functions.functions import apply

NEAREST = 2.0
"""At the start the first head prefers steps that lie d steps back by -2 log(1 + d), the last one none."""


class Attention(RecurrentCell):
    """The cell.

    Args:
        config: shape of the network.
    Raises:
        ConfigError: the window is far too long, or the width does not divide into the heads.
    """

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__(config.width)
        self.shape = shape = AttentionShape.of(config)
        self.state_size, width = shape.state_size, config.width
        self.weight = linear(2 * (width + shape.size), width)
        self.bias = nn.Parameter(torch.zeros(2 * (width + shape.size)))
        range_of = torch.from_numpy(shape.range_of())
        first = torch.tensor([int((range_of < k).sum()) for k in range(shape.ranges)])
        slope = torch.linspace(NEAREST, 0, shape.heads)
        self.distance_bias = nn.Parameter(-slope[:, None] * (1 + first).log())
        self.register_buffer("range_of", range_of, persistent=False)
        self.out = linear(width, width, gain=0.5)

    @classmethod
    def of(cls, place: CellPlace) -> Self:
        return cls(place.config)

    def check(self, state: NDArray[np.float32]) -> None:
        self.shape.check(state)

    def forward(self, x: Tensor, state: Tensor, reset: Tensor) -> tuple[Tensor, Tensor]:
        """Outputs [T, n, D] and the last state [n, S]."""
        width, size = x.shape[-1], self.shape.size
        p = rms_norm(x) @ self.weight.t() + self.bias
        query, gate, key, value = torch.split(p, [width, width, size, size], -1)
        ring = Ring(self.shape, state, reset)
        keys, values = ring.with_new(key, value)
        bias = self.distance_bias[:, self.get_buffer("range_of")]
        read = apply(Attend, query, keys, values, bias, ring.first)
        return x + (read * nn.functional.silu(gate)) @ self.out.t(), ring.after(keys, values)
