"""The gated recurrent unit as a memory cell."""

from typing import cast

import torch
from torch import Tensor, nn

from gamemeta.networks.cells.cell import RecurrentCell, linear
from gamemeta.networks.cells.gru.function import GRUBlock, gru_block
from gamemeta.networks.functions.functions import apply


class GRU(RecurrentCell):
    """x + W_o h with the gated recurrent unit (Cho et al. 2014, in cuDNN's form) on rms_norm(x)."""

    def __init__(self, width: int) -> None:
        super().__init__(width)
        self.weight = linear(3 * width, width)
        self.recurrent = linear(3 * width, width)
        self.bias = nn.Parameter(torch.zeros(3 * width))
        self.recurrent_bias = nn.Parameter(torch.zeros(3 * width))
        self.out = linear(width, width, gain=0.5)

    def forward(self, x: Tensor, state: Tensor, reset: Tensor) -> tuple[Tensor, Tensor]:
        """Outputs [T, n, D] and the last state [n, D]."""
        parts = (self.weight, self.bias, self.recurrent, self.recurrent_bias, self.out)
        if not torch.is_grad_enabled():
            result, last, _ = gru_block(x, *parts, state, reset)
            return result, last
        return cast(tuple[Tensor, Tensor], apply(GRUBlock, x, *parts, state, reset))
