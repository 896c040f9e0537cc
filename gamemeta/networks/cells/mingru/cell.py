"""The minimal gated recurrent unit as a memory cell."""

from typing import cast

import torch
from torch import Tensor, nn

from gamemeta.networks.cells.cell import RecurrentCell, linear
from gamemeta.networks.cells.mingru.function import MinGRUBlock, mingru_block
from gamemeta.networks.functions.functions import apply

SLOWEST_GATE, FASTEST_GATE = -4.0, 1.0
"""Update-gate biases are spread between these: many time scales, from about 55 steps to 1.4."""


class MinGRU(RecurrentCell):
    """x + W_o (h silu(g)) with gates and candidates from the input alone (Feng et al. 2024).

    Since nothing but the state depends on the step before, every matrix product covers the whole
    [T, n] block. Recurrence: h <- h + sigmoid(z) (tanh(c) - h), with z, c, g = W rms_norm(x) + b.
    """

    def __init__(self, width: int) -> None:
        super().__init__(width)
        self.weight = linear(3 * width, width)
        self.bias = nn.Parameter(torch.zeros(3 * width))
        self.bias.data[:width] = torch.linspace(SLOWEST_GATE, FASTEST_GATE, width)
        self.out = linear(width, width, gain=0.5)

    def forward(self, x: Tensor, state: Tensor, reset: Tensor) -> tuple[Tensor, Tensor]:
        """Outputs [T, n, D] and the last state [n, D]."""
        parts = (x, self.weight, self.bias, self.out, state, reset)
        if not torch.is_grad_enabled():
            result, last, _ = mingru_block(*parts)
            return result, last
        return cast(tuple[Tensor, Tensor], apply(MinGRUBlock, *parts))
