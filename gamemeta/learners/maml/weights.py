"""All weights of the learner: the policy that trials start from, its critic, step sizes, and scales."""

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from gamemeta.agent.gradient.shape import (
    CRITIC,
    DEVIATION,
    DISCOUNT,
    LOG_STD,
    MEAN,
    POLICY,
    RATES,
    GradientShape,
)
from gamemeta.learners.maml.config import FIXED, MAMLConfig
from gamemeta.networks.normaliser import Normaliser
from gamemeta.networks.squashed_normals import FIRST_LOG_STD

HEAD_STD = 0.01
"""Standard deviation of the last layer at the start."""


class MAMLWeights:
    """Parameters by name, in the order of their shapes, with the scales beside them.

    Args:
        shape: of the network.
        config: settings.
    """

    def __init__(self, shape: GradientShape, config: MAMLConfig) -> None:
        self.shape = shape
        self.parameters = {POLICY + name: _first(name, one, shape) for name, one in shape.policy().items()}
        self.parameters |= {CRITIC + name: _first(name, one, shape) for name, one in shape.critic().items()}
        rates: dict[str, Tensor] = {}
        for name, one in shape.policy().items():
            size = (1,) if config.inner_rates == FIXED else one
            rates[RATES + name] = torch.full(size, config.inner_rate)
        self.fixed = {name: rate for name, rate in rates.items() if config.inner_rates == FIXED}
        self.parameters |= {k: nn.Parameter(rate) for k, rate in rates.items() if k not in self.fixed}
        self.normaliser = Normaliser(shape.spec.obs, reward=False)
        self.scales = {
            MEAN: np.zeros(1, np.float32),
            DEVIATION: np.zeros(1, np.float32),
            DISCOUNT: np.full(1, config.discount, np.float32),
        }

    def arrays(self) -> dict[str, NDArray[Any]]:
        """All arrays by name, those of the parameters where they lie: they change with them."""
        learned: dict[str, NDArray[Any]] = {k: p.detach().numpy() for k, p in self.parameters.items()}
        fixed = {name: rate.numpy() for name, rate in self.fixed.items()}
        return {**learned, **fixed, **self.scales}

    def rate(self, name: str) -> Tensor:
        """The step sizes of a weight of the policy."""
        return self.fixed[RATES + name] if self.fixed else self.parameters[RATES + name]

    def state_dict(self) -> dict[str, NDArray[Any]]:
        """A copy of everything by name: float32 but for the statistics of observations."""
        statistics = {f"normaliser.{k}": x.numpy() for k, x in self.normaliser.state_dict().items()}
        return {name: array.copy() for name, array in {**self.arrays(), **statistics}.items()}

    def load_state_dict(self, state: dict[str, NDArray[Any]]) -> None:
        """Take other values, in place. Raises KeyError or ValueError where they do not fit."""
        ours = self.state_dict()
        for name, array in ours.items():
            if name not in state:
                raise KeyError(name)
            if state[name].shape != array.shape:
                raise ValueError(f"{name} has shape {state[name].shape} instead of {array.shape}")
        for name, array in self.arrays().items():
            array[...] = state[name]
        statistics = {k: state[f"normaliser.{k}"] for k in self.normaliser.state_dict()}
        self.normaliser.load_state_dict({k: torch.from_numpy(x.copy()) for k, x in statistics.items()})


def _first(name: str, shape: tuple[int, ...], of: GradientShape) -> nn.Parameter:
    """Random values to begin with; a layer keeps the scale of its input."""
    if name == LOG_STD:
        return nn.Parameter(torch.full(shape, FIRST_LOG_STD))
    if name.endswith(".bias"):
        return nn.Parameter(torch.zeros(shape))
    layer = int(name.split(".", maxsplit=1)[0])
    if layer == of.layers:
        return nn.Parameter(torch.randn(shape) * HEAD_STD)
    elements = sum(b.size for b in of.spec.obs) if layer == 0 else shape[0]
    return nn.Parameter(torch.randn(shape) * elements**-0.5)
