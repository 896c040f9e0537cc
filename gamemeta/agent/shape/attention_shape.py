"""Sizes of attention over a window of steps, and how its memory lies in a state."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gamemeta.agent.shape.config import NetworkConfig
from gamemeta.errors import ConfigError

MOST_NUMBERS = 1 << 18
"""Most numbers that the memory of one agent holds in one cell: 1 MiB."""
NEAR, FAR = 16, 16
"""Distances in steps that have a weight each, and those of which each stands for a range."""


@dataclass(frozen=True)
class AttentionShape:
    """The shape of attention in which all heads share keys and values (Shazeer 2019).

    The state of an agent is keys [size, window], values [window, size], and a count c of steps. Step after
    step takes the next slot, around the ring: the newest is (c - 1) mod window, and as many are taken as
    min(c, window). To stay a whole number in float32, c goes back from 2 window to window.

    Args:
        heads: that ask, each for itself.
        size: numbers of a key, and of a value.
        window: steps that are remembered, the present one among them.
    """

    heads: int
    size: int
    window: int

    @classmethod
    def of(cls, config: NetworkConfig) -> "AttentionShape":
        """The shape for a network.

        Raises:
            ConfigError: the width does not divide into so many heads, or the window is far too long.
        """
        heads, width, window = config.attention_heads, config.width, config.window
        if width % heads:
            raise ConfigError(
                f"network.attention_heads = {heads}: network.width = {width} does not divide into so many. "
                "Give a number that it divides into, such as 4."
            )
        size = width // heads
        if 2 * size * window > MOST_NUMBERS:
            raise ConfigError(
                f"network.window = {window:,}: with {size} numbers a key, every agent would remember "
                f"{8 * size * window:,} bytes a layer, and {4 * MOST_NUMBERS:,} are the most. Give a window "
                f"of at most {MOST_NUMBERS // (2 * size):,} steps, or more network.attention_heads."
            )
        return cls(heads, size, window)

    @property
    def state_size(self) -> int:
        """Numbers of memory of one agent."""
        return 2 * self.size * self.window + 1

    @property
    def ranges(self) -> int:
        """Ranges of distances that have a weight each."""
        return int(self.range_of()[-1]) + 1

    def range_of(self) -> NDArray[np.int64]:
        """int64 [window]: the range of each distance in steps, as in Raffel et al. (2020).

        Up to `NEAR` steps every distance is a range of its own; from there on ranges grow with the distance.
        """
        distance = np.arange(self.window)
        growth = np.log(max(self.window, NEAR + 1) / NEAR) / FAR
        further = NEAR + (np.log(np.maximum(distance, NEAR) / NEAR) / growth).astype(np.int64)
        _, ranges = np.unique(np.where(distance < NEAR, distance, further), return_inverse=True)
        numbered: NDArray[np.int64] = ranges.astype(np.int64)
        return numbered

    def check(self, state: NDArray[np.float32]) -> None:
        """Check that this state [n, state_size] is one that steps can lead to.

        Raises:
            ValueError: its count of steps is none.
        """
        count = state[:, -1]
        if not ((count >= 0) & (count < 2 * self.window) & (count == np.floor(count))).all():
            raise ValueError(f"the steps that attention remembers are no number below {2 * self.window}")
