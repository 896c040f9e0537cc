"""Numbers of an action: tanh of a normal distribution, on the scale where their bounds are -1 and 1."""

import math
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import softplus

FIRST_LOG_STD = -0.5
NODES = 16
"""Points at which the entropy's integral is evaluated."""
_POINTS, _WEIGHTS = np.polynomial.hermite_e.hermegauss(NODES)  # type: ignore[no-untyped-call]


def log_slope(raw: Tensor) -> Tensor:
    """log of the derivative of tanh, 1 - tanh(raw)^2, without overflow or cancellation."""
    return 2 * (math.log(2) - raw - softplus(-2 * raw))


@dataclass
class SquashedNormals:
    """tanh of a normal distribution for each number of an action.

    Args:
        mean: [T, n, numbers], before tanh.
        log_std: [T, n, numbers], of the same.
    """

    mean: Tensor
    log_std: Tensor

    def log_prob(self, raw: Tensor) -> Tensor:
        """[T, n], log density at tanh(raw), for raw [T, n, numbers] (Haarnoja et al. 2018, appendix C)."""
        z = (raw - self.mean) / self.log_std.exp()
        density = -0.5 * z * z - self.log_std - 0.5 * math.log(2 * math.pi)
        return (density - log_slope(raw)).sum(-1)

    def entropy(self) -> Tensor:
        """[T, n], differential entropy of tanh(raw): at most log 2 a number, where it is spread evenly.

        That is the normal's own entropy plus the mean log slope of tanh, taken by Gauss-Hermite quadrature.
        Unlike the normal's own it does not reward a spread or a mean that tanh squeezes into the bounds.
        """
        points = torch.from_numpy(_POINTS.astype(np.float32)).to(self.mean.device)
        weights = torch.from_numpy((_WEIGHTS / _WEIGHTS.sum()).astype(np.float32)).to(self.mean.device)
        raw = self.mean[..., None] + self.log_std.exp()[..., None] * points
        normal_entropy = self.log_std + 0.5 * math.log(2 * math.pi * math.e)
        return (normal_entropy + log_slope(raw) @ weights).sum(-1)
