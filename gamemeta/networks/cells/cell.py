"""Memory cells. Each is one residual block with a state of fixed size.

A cell takes a stream of features in, and a state [n, S] and resets [T, n] (uint8, clear the state before
step t); it gives the stream on and the state after step T. Stepping is scanning with T = 1.
"""

from dataclasses import dataclass, replace
from typing import Protocol, cast

import torch
from torch import Tensor, nn

from gamemeta.networks.cells.gru.function import GRUBlock, gru_block
from gamemeta.networks.functions.functions import MinGRUBlock, RMSNorm, apply, mingru_block

SLOWEST_GATE, FASTEST_GATE = -4.0, 1.0
"""Update-gate biases are spread between these: many time scales, from about 55 steps to 1.4."""


@dataclass(frozen=True)
class Stream:
    """What flows from cell to cell."""

    x: Tensor
    """Features [T, n, D]."""
    choices: Tensor | None
    """What is known of each action, [T, n, A, C]; None before the first cell that tells."""
    inputs: dict[str, Tensor]
    """The buffers that the network got."""


class MemoryCell(Protocol):
    """What the policy needs of a cell."""

    state_size: int
    """S, numbers of memory of one agent."""

    def advance(self, stream: Stream, state: Tensor, reset: Tensor) -> tuple[Stream, Tensor]:
        """T steps: the stream on, and the state [n, S] after the last."""
        ...


def linear(out_width: int, in_width: int, gain: float = 1.0) -> nn.Parameter:
    """A matrix that keeps the scale of its input, times a gain."""
    return nn.Parameter(torch.randn(out_width, in_width) * gain * in_width**-0.5)


def rms_norm(x: Tensor) -> Tensor:
    """Scale the last axis of [T, n, D] to root mean square 1."""
    out: Tensor = apply(RMSNorm, x.reshape(-1, x.shape[-1]))
    return out.view(x.shape)


class RecurrentCell(nn.Module):
    """A cell that looks at the features alone: (x [T, n, D], state, reset) to (outputs, last state)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.state_size = width

    def advance(self, stream: Stream, state: Tensor, reset: Tensor) -> tuple[Stream, Tensor]:
        """T steps over the features; what is known of actions flows on as it is."""
        x, last = self(stream.x, state, reset)
        return replace(stream, x=x), last


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
