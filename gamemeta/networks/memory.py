"""Memory cells. Each is one residual block with a state of fixed size.

A cell maps x [T, n, D], state [n, D] and reset [T, n] (uint8, clear the state before step t) to
outputs [T, n, D] and the state after step T. Stepping is scanning with T = 1.
"""

from typing import Protocol, cast

import torch
from torch import Tensor, nn

from gamemeta.errors import UnknownName
from gamemeta.networks.functions import MinGRUBlock, RMSNorm, apply, mingru_block

SLOWEST_GATE, FASTEST_GATE = -4.0, 1.0
"""Update-gate biases are spread between these: many time scales, from about 55 steps to 1.4."""


class MemoryCell(Protocol):
    """What the policy needs of a cell."""

    def __call__(self, x: Tensor, state: Tensor, reset: Tensor) -> tuple[Tensor, Tensor]: ...


def _linear(out_width: int, in_width: int, gain: float = 1.0) -> nn.Parameter:
    return nn.Parameter(torch.randn(out_width, in_width) * gain * in_width**-0.5)


def rms_norm(x: Tensor) -> Tensor:
    """Scale the last axis of [T, n, D] to root mean square 1."""
    out: Tensor = apply(RMSNorm, x.reshape(-1, x.shape[-1]))
    return out.view(x.shape)


class MinGRU(nn.Module):
    """x + W_o (h silu(g)) with gates and candidates from the input alone (Feng et al. 2024).

    Since nothing but the state depends on the step before, every matrix product covers the whole
    [T, n] block. Recurrence: h <- h + sigmoid(z) (tanh(c) - h), with z, c, g = W rms_norm(x) + b.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.weight = _linear(3 * width, width)
        self.bias = nn.Parameter(torch.zeros(3 * width))
        self.bias.data[:width] = torch.linspace(SLOWEST_GATE, FASTEST_GATE, width)
        self.out = _linear(width, width, gain=0.5)

    def forward(self, x: Tensor, state: Tensor, reset: Tensor) -> tuple[Tensor, Tensor]:
        parts = (x, self.weight, self.bias, self.out, state, reset)
        if not torch.is_grad_enabled():
            result, last, _ = mingru_block(*parts)
            return result, last
        return cast(tuple[Tensor, Tensor], apply(MinGRUBlock, *parts))


class GRU(nn.Module):
    """x + W_o h with the gated recurrent unit (Cho et al. 2014, in cuDNN's form) on rms_norm(x)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.weight = _linear(3 * width, width)
        self.recurrent = _linear(3 * width, width)
        self.bias = nn.Parameter(torch.zeros(3 * width))
        self.recurrent_bias = nn.Parameter(torch.zeros(3 * width))
        self.out = _linear(width, width, gain=0.5)

    def forward(self, x: Tensor, state: Tensor, reset: Tensor) -> tuple[Tensor, Tensor]:
        gates = rms_norm(x) @ self.weight.t() + self.bias
        keep = 1.0 - reset.to(x.dtype)
        h, states = state, []
        for t in range(x.shape[0]):
            h = h * keep[t, :, None]
            own = h @ self.recurrent.t() + self.recurrent_bias
            r_in, z_in, c_in = gates[t].chunk(3, -1)
            r_own, z_own, c_own = own.chunk(3, -1)
            update = torch.sigmoid(z_in + z_own)
            candidate = torch.tanh(c_in + torch.sigmoid(r_in + r_own) * c_own)
            h = candidate + update * (h - candidate)
            states.append(h)
        return x + torch.stack(states) @ self.out.t(), h.detach()


CELLS: dict[str, type[nn.Module]] = {"mingru": MinGRU, "gru": GRU}


def make_cell(name: str, width: int) -> nn.Module:
    """The cell of this name.

    Raises:
        UnknownName: with the names that exist.
    """
    if name not in CELLS:
        raise UnknownName(f"no memory cell called {name!r}. Choose one of: {', '.join(CELLS)}.")
    return CELLS[name](width)
