"""Running statistics of observations and rewards, and what an agent sees instead of them.

Statistics are float64 while they grow; acting, training and agent files take them rounded to float32.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

CLIP = 10.0
"""An agent sees no more deviations from the mean than these."""
LEAST_DEVIATION = 2.0**-22
"""Of the mean: float32 holds 24 binary digits, so what varies less than this is rounding."""
LARGEST = float(np.finfo(np.float32).max)
USUAL = (1.0, 99.0)
"""Percentiles between which rewards count as usual."""
SLOWEST = 0.05
"""Least weight of a new rollout in the scale of rewards; the k-th has 1 / k as long as that is more."""


@dataclass(frozen=True)
class Moments:
    """Mean and deviation of `count` arrays of one shape, float64."""

    count: float
    mean: NDArray[np.float64]
    deviation: NDArray[np.float64]
    """Root of the mean squared distance from the mean."""

    @classmethod
    def of(cls, values: NDArray[np.floating[Any]], shape: tuple[int, ...]) -> "Moments":
        """Moments of values [..., *shape]; at least one."""
        rows = values.reshape(-1, *shape).astype(np.float64)
        return cls(float(len(rows)), rows.mean(axis=0), rows.std(axis=0))

    def merge(self, other: "Moments") -> "Moments":
        """Moments of both together (Chan et al. 1979), within what float32 holds."""
        count = self.count + other.count
        share = other.count / count if count else 0.0
        apart = other.mean - self.mean
        mean = self.mean + share * apart
        variance = (
            (1 - share) * np.square(self.deviation)
            + share * np.square(other.deviation)
            + share * (1 - share) * np.square(apart)
        )
        deviation = np.minimum(np.sqrt(variance), LARGEST)
        return Moments(count, np.clip(mean, -LARGEST, LARGEST), deviation)


def normalised(
    values: NDArray[np.float32], mean: NDArray[np.float32], deviation: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Deviations from the mean, within -CLIP..CLIP; 0 where nothing has varied so far.

    Args:
        values: [..., *shape], finite.
        mean, deviation: [*shape].
    """
    known = deviation > LEAST_DEVIATION * np.abs(mean)
    scale = np.where(known, deviation, 1.0).astype(np.float64)
    seen = np.clip((values - mean.astype(np.float64)) / scale, -CLIP, CLIP)
    out: NDArray[np.float32] = np.where(known, seen, 0.0).astype(np.float32)
    return out


@dataclass(frozen=True)
class RewardScale:
    """Unit of the rewards of `count` rollouts."""

    count: float
    """Rollouts whose rewards differed; the others say nothing about the unit."""
    centre: float
    """0, or the usual reward nearest to it where usual rewards lie on one side."""
    deviation: float
    """Distance from the centre of the rewards elsewhere: of their roots the mean, squared, which a few
    enormous ones hardly move."""

    def after(self, rewards: NDArray[np.float32]) -> "RewardScale":
        """The scale after a rollout with these rewards, any shape.

        The centre moves by a running mean and the deviation by a running geometric mean: a single enormous
        reward fades within some rollouts, and rewards that grow are followed.
        """
        values = rewards.ravel().astype(np.float64)
        low, high = np.percentile(values, USUAL) if len(values) else (0.0, 0.0)
        centre = float(min(max(0.0, low), high))
        distance = np.abs(values - centre)
        far = distance[distance > LEAST_DEVIATION * abs(centre)]
        if not len(far):
            return self
        count = self.count + 1
        weight = max(SLOWEST, 1 / count)
        spread = min(float(np.sqrt(far).mean() ** 2), LARGEST)
        deviation = spread if count == 1 else self.deviation ** (1 - weight) * spread**weight
        return RewardScale(count, self.centre + weight * (centre - self.centre), deviation)


def normalised_reward(
    reward: NDArray[np.float32], centre: NDArray[np.float32], deviation: NDArray[np.float32]
) -> NDArray[np.float32]:
    """arcsinh of deviations from the centre, within -CLIP..CLIP; 0 where no unit is known so far.

    About linear up to one deviation and logarithmic beyond, so that rewards of any size differ.

    Args:
        reward: any shape, finite.
        centre, deviation: [1].
    """
    if not deviation[0] > LEAST_DEVIATION * abs(centre[0]):
        return np.zeros_like(reward)
    seen = np.arcsinh((reward.astype(np.float64) - float(centre[0])) / float(deviation[0]))
    out: NDArray[np.float32] = np.clip(seen, -CLIP, CLIP).astype(np.float32)
    return out


def one_normalised_reward(reward: float, centre: float, deviation: float) -> float:
    """`normalised_reward` of one number, for a single mind in a hurry."""
    if not deviation > LEAST_DEVIATION * abs(centre):
        return 0.0
    return min(max(math.asinh((reward - centre) / deviation), -CLIP), CLIP)
