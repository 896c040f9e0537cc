"""Memory cells. Each is one residual block with a state of fixed size.

A cell takes a stream of features in, and a state [n, S] and resets [T, n] (uint8, clear the state before
step t); it gives the stream on and the state after step T. Stepping is scanning with T = 1.
"""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from gamemeta.agent.shape.cell_place import CellPlace
from gamemeta.networks.functions.functions import RMSNorm, apply


@dataclass(frozen=True)
class Stream:
    """The values passed from cell to cell."""

    x: Tensor
    """Features [T, n, D]."""
    choices: Tensor | None
    """What is known of each action, [T, n, A, C]; None before the first table."""
    inputs: dict[str, Tensor]
    """The buffers that the network got."""
    posterior: Tensor | None = None
    """Mean and log variance [T, n, 2 L] of a latent; None without a posterior."""


class MemoryCell(nn.Module):
    """A memory cell of the policy."""

    state_size: int
    """S, numbers of memory of one agent."""

    @classmethod
    def of(cls, place: CellPlace) -> Self:
        """The cell at a place in a network, with fresh weights. Raises ConfigError: it does not fit there."""
        raise NotImplementedError

    def advance(self, stream: Stream, state: Tensor, reset: Tensor) -> tuple[Stream, Tensor]:
        """T steps: the stream on, and the state [n, S] after the last."""
        raise NotImplementedError

    def check(self, state: NDArray[np.float32]) -> None:
        """Check that a state [n, S] is one that steps can lead to; it is finite already.

        Raises:
            ValueError: it is not.
        """


def linear(out_width: int, in_width: int, gain: float = 1.0) -> nn.Parameter:
    """A matrix that keeps the scale of its input, times a gain."""
    return nn.Parameter(torch.randn(out_width, in_width) * gain * in_width**-0.5)


def rms_norm(x: Tensor) -> Tensor:
    """Scale the last axis of [T, n, D] to root mean square 1."""
    out: Tensor = apply(RMSNorm, x.reshape(-1, x.shape[-1]))
    return out.view(x.shape)


class RecurrentCell(MemoryCell):
    """A cell that looks at the features alone: (x [T, n, D], state, reset) to (outputs, last state)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.state_size = width

    @classmethod
    def of(cls, place: CellPlace) -> Self:
        return cls(place.config.width)

    def advance(self, stream: Stream, state: Tensor, reset: Tensor) -> tuple[Stream, Tensor]:
        """T steps over the features; what is known of actions flows on as it is."""
        x, last = self(stream.x, state, reset)
        return replace(stream, x=x), last
