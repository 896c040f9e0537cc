"""Statistics of normalised observations and rewards, kept beside the weights and saved with them."""

from collections.abc import Mapping
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from gamemeta.action_mask import ACTION_MASK
from gamemeta.agent.shape.normalising import Moments, RewardScale, normalised, normalised_reward
from gamemeta.spec import Buffer, Choices

Arrays = dict[str, NDArray[Any]]
REWARD = "previous_reward"


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
        """Normalised values [..., *shape] of float32, by statistics as an agent file holds them."""
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


class RewardStatistics(nn.Module):
    """Running unit of rewards; of nothing at first."""

    count: Tensor
    centre: Tensor
    deviation: Tensor

    def __init__(self) -> None:
        super().__init__()
        for name in ("count", "centre", "deviation"):
            self.register_buffer(name, torch.zeros(1, dtype=torch.float64))

    def normalise(self, reward: NDArray[np.float32]) -> NDArray[np.float32]:
        """Normalised rewards of any shape, by statistics as an agent file holds them."""
        centre, deviation = (x.numpy().astype(np.float32) for x in (self.centre, self.deviation))
        return normalised_reward(reward, centre, deviation)

    def update(self, reward: NDArray[np.float32]) -> None:
        """Take in the rewards of a rollout."""
        before = RewardScale(*(float(x[0]) for x in (self.count, self.centre, self.deviation)))
        after = before.after(reward)
        self.count.fill_(after.count)
        self.centre.fill_(after.centre)
        self.deviation.fill_(after.deviation)


class Normaliser(nn.Module):
    """Inputs with normalised quantities and rewards in place of raw ones; all other buffers as they are.

    Its part k is the statistics of the k-th normalised buffer. They change in `update` alone, between two
    rollouts: a rollout is learned from as its actions saw it. Before the first one nothing is known, and
    what is seen is 0.

    Args:
        obs: the buffers of an observation.
        reward: whether the last reward is normalised, too.
    """

    def __init__(self, obs: tuple[Buffer, ...], *, reward: bool) -> None:
        super().__init__()
        self.normalised = tuple(b for b in obs if b.unit_shape is not None)
        for k, b in enumerate(self.normalised):
            self.add_module(str(k), Statistics(b.unit_shape or ()))
        self.names = tuple(b.name for b in self.normalised)
        """The inputs that `update` looks at."""
        if any(isinstance(b, Choices) for b in self.normalised):
            self.names += tuple(b.name for b in obs if b.name == ACTION_MASK)
        self.reward = RewardStatistics() if reward else None

    def __getitem__(self, k: int) -> Statistics:
        return cast(Statistics, self.get_submodule(str(k)))

    @property
    def active(self) -> bool:
        """Whether anything is normalised."""
        return bool(self.normalised) or self.reward is not None

    def forward(self, inputs: dict[str, Tensor]) -> dict[str, Tensor]:
        """Normalised tensors [T, n, ...]."""
        if not self.active:
            return inputs
        names = [b.name for b in self.normalised] + ([REWARD] if self.reward else [])
        raw = {name: inputs[name].numpy() for name in names}
        return inputs | {name: torch.from_numpy(x) for name, x in self.arrays(raw).items()}

    def arrays(self, inputs: Arrays) -> Arrays:
        """Normalised arrays [..., *shape] by name."""
        seen = {b.name: statistics.normalise(inputs[b.name]) for b, statistics in self._with_statistics()}
        if self.reward is not None:
            seen[REWARD] = self.reward.normalise(inputs[REWARD])
        return inputs | seen

    def rewards(self, reward: NDArray[np.float32]) -> NDArray[np.float32]:
        """Rewards of any shape as inputs show them."""
        return reward if self.reward is None else self.reward.normalise(reward)

    def update(self, inputs: Mapping[str, NDArray[Any]], reward: NDArray[np.float32] | None = None) -> None:
        """Take in what a rollout saw, [T, N, ...] by name, and the rewards that it earned, if any."""
        if self.reward is not None and reward is not None:
            self.reward.update(reward)
        for buffer, statistics in self._with_statistics():
            values = inputs[buffer.name]
            if isinstance(buffer, Choices) and ACTION_MASK in self.names:
                values = values[inputs[ACTION_MASK][..., : buffer.shape[0]] != 0]
            if values.size:
                statistics.update(values)

    def _with_statistics(self) -> list[tuple[Buffer, Statistics]]:
        return [(b, self[k]) for k, b in enumerate(self.normalised)]
