"""Advantages of the steps of an episode: what came after each of them, less what was to be expected.

The baseline has two parts. A learned critic says what the return of an observation is on levels in general.
A linear one (Duan et al. 2016) is fitted by ridge regression, for each episode by itself, to what the critic
leaves over: on time, its square and cube, and on quantities of the observation and their squares. It takes
away what is common to a level, so that few steps tell which actions were better than others there; the ridge
keeps the shortest episodes, of a single step, from explaining themselves away.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.agent.shape.weights import Array
from gamemeta.spec import Quantities, Spec
from gamemeta.trials.task_learner import Inputs

RIDGE = 1.0
"""Weight of the squares of the linear baseline's coefficients."""
MOST_QUANTITIES = 16
"""Observations of more quantities are left to the critic."""
FARTHEST = 5.0
"""Deviations of returns at which an advantage counts, at most."""
LEAST_DEVIATION = 2.0**-22
"""Of the mean of returns: what varies less is rounding."""

Float64 = NDArray[np.float64]


def advantages(reward: Array, value: Array, features: Array, mask: Array, scale: "Scale") -> Array:
    """Advantages float32 [n, T] in deviations of returns, 0 where the mask is.

    Args:
        reward: [n, T].
        value: [n, T], of the critic, in deviations from the mean of returns.
        features: [n, T, F], of `features_of`.
        mask: float32 [n, T], 1 for the steps of an episode, 0 behind its end.
        scale: of returns.
    """
    if not scale.known:
        return np.zeros(reward.shape, np.float32)
    rest = (scale.targets(returns_of(reward, mask, scale.discount)) - value) * mask
    rows = (features * mask[..., None]).astype(np.float64)
    turned = rows.transpose(0, 2, 1)
    gram = turned @ rows + RIDGE * np.eye(rows.shape[-1])
    fitted = rows @ np.linalg.solve(gram, turned @ rest[..., None])
    out: Array = np.clip(rest - fitted[..., 0], -FARTHEST, FARTHEST).astype(np.float32)
    return out * mask


class Scale:
    """Mean and deviation of returns, and their discount factor.

    Args:
        mean, deviation, discount: [1] each.
    """

    def __init__(self, mean: NDArray[Any], deviation: NDArray[Any], discount: NDArray[Any]) -> None:
        self._mean, self._deviation, self._discount = mean, deviation, discount

    @property
    def discount(self) -> float:
        """Of each step."""
        return float(self._discount[0])

    @property
    def known(self) -> bool:
        """Whether returns have ever differed."""
        return bool(self._deviation[0] > LEAST_DEVIATION * abs(self._mean[0]))

    def targets(self, returns: Float64) -> Float64:
        """Returns in deviations from the mean."""
        out: Float64 = (returns - float(self._mean[0])) / float(self._deviation[0])
        return out


def returns_of(reward: NDArray[Any], mask: NDArray[Any], discount: float) -> Float64:
    """Discounted reward [n, T] from each step to the end of the episode, where the mask's zeros begin."""
    out = np.zeros(reward.shape)
    total = np.zeros(len(reward))
    for t in range(reward.shape[1] - 1, -1, -1):
        total = (reward[:, t] + discount * total) * mask[:, t]
        out[:, t] = total
    return out


def features_of(spec: Spec, inputs: Inputs, mask: Array) -> Array:
    """What the linear baseline knows of each step: float32 [n, T, F].

    Args:
        spec: of the game.
        inputs: observations [n, T, ...] by name, normalised.
        mask: [n, T], as `advantages`.
    """
    length = np.maximum(mask.sum(axis=1, keepdims=True) - 1, 1)
    time = (np.arange(mask.shape[1], dtype=np.float32) / length).astype(np.float32)
    parts = [np.stack([np.ones_like(time), time, time**2, time**3], axis=-1)]
    quantities = [b for b in spec.obs if isinstance(b, Quantities)]
    if 0 < sum(b.size for b in quantities) <= MOST_QUANTITIES:
        seen = [inputs[b.name].reshape(*mask.shape, b.size).astype(np.float32) for b in quantities]
        parts += [*seen, *(np.square(x) for x in seen)]
    return np.concatenate(parts, axis=-1)
