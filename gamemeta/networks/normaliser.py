"""Statistics of normalised observations, kept beside the weights and saved with them."""

from collections.abc import Mapping
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from gamemeta.agent.shape.normalising import Moments, normalised
from gamemeta.spec import Buffer, Quantities

Arrays = dict[str, NDArray[Any]]


class Statistics(nn.Module):
    """Running mean and deviation of one buffer; of nothing at first."""

    count: Tensor
    mean: Tensor
    deviation: Tensor

    def __init__(self, shape: tuple[int, ...]) -> None:
        super().__init__()
        self.register_buffer("count", torch.zeros(1, dtype=torch.float64))
        self.register_buffer("mean", torch.zeros(shape, dtype=torch.float64))
        self.register_buffer("deviation", torch.zeros(shape, dtype=torch.float64))

    def normalise(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """Normalised values [..., *shape], by statistics as an agent file holds them."""
        mean, deviation = (x.numpy().astype(np.float32) for x in (self.mean, self.deviation))
        return normalised(values, mean, deviation)

    def update(self, values: NDArray[np.float32]) -> None:
        """Take in values [..., *shape]."""
        shape = tuple(self.mean.shape)
        before = Moments(float(self.count[0]), self.mean.numpy().copy(), self.deviation.numpy().copy())
        after = before.merge(Moments.of(values, shape))
        self.count.fill_(after.count)
        self.mean.copy_(torch.from_numpy(np.asarray(after.mean)))
        self.deviation.copy_(torch.from_numpy(np.asarray(after.deviation)))


class Normaliser(nn.ModuleList):
    """Inputs with normalised quantities in place of raw ones; all other buffers as they are.

    Its part k is the statistics of the k-th normalised buffer. They change in `update` alone, between two
    rollouts: a rollout is learned from as its actions saw it. Before the first one nothing is known, and
    what is seen is 0.

    Args:
        obs: the buffers of an observation.
    """

    def __init__(self, obs: tuple[Buffer, ...]) -> None:
        scaled = tuple(b for b in obs if isinstance(b, Quantities) and b.normalised)
        super().__init__(Statistics(b.shape) for b in scaled)
        self.normalised = scaled

    def forward(self, inputs: dict[str, Tensor]) -> dict[str, Tensor]:
        """Normalised tensors [T, n, ...]."""
        raw = {b.name: inputs[b.name].numpy() for b in self.normalised}
        return inputs | {name: torch.from_numpy(x) for name, x in self.arrays(raw).items()}

    def arrays(self, inputs: Arrays) -> Arrays:
        """Normalised arrays [..., *shape] by name."""
        return inputs | {
            b.name: statistics.normalise(inputs[b.name]) for b, statistics in self._with_statistics()
        }

    def update(self, inputs: Mapping[str, NDArray[Any]]) -> None:
        """Take in what a rollout saw, [T, N, ...] by name."""
        for buffer, statistics in self._with_statistics():
            statistics.update(inputs[buffer.name])

    def _with_statistics(self) -> list[tuple[Buffer, Statistics]]:
        return list(zip(self.normalised, cast("list[Statistics]", self), strict=True))
