"""Running mean and deviation of observations, and what an agent sees instead of them.

Statistics are float64 while they grow; acting, training and agent files take them rounded to float32.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

CLIP = 10.0
"""An agent sees no more deviations from the mean than these."""
LEAST_DEVIATION = 2.0**-22
"""Of the mean: float32 holds 24 binary digits, so what varies less than this is rounding."""
LARGEST = float(np.finfo(np.float32).max)


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
