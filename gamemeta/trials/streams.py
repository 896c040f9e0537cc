"""Every random stream, and what trials and episodes draw from."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.kernel import combine, short_kernel

CROSSPLAY_STREAM = 19
"""What agents draw their actions from."""


STREAMS = {"agent": 11, "wiped": 12, "swapped": 13, "random": 14, "redrawn": 17}
"""Each player draws its actions from a stream of its own."""


EVALUATION_CHANCE = 16
"""Stream of `gamemeta.trials.streams.episode_chance` that evaluation takes: every player of level i meets the
same luck in episode e."""


OTHERS_STREAM = 6


WEIGHT_STREAM = 4


LEVEL_STREAM, ACTION_STREAM, LENGTH_STREAM, CHANCE_STREAM = 1, 2, 3, 5


@short_kernel
def _seeds(seed: Any, stream: Any, trials: Any, out: Any) -> None:
    key = combine(seed, stream)
    for k in range(trials.shape[0]):
        out[k] = combine(key, np.uint64(trials[k]))


def trial_seeds(seed: int, stream: int, trials: NDArray[np.int64]) -> NDArray[np.uint64]:
    """uint64 [M]: what each of these trials draws from, for one kind of draw."""
    out = np.empty(len(trials), np.uint64)
    _seeds(np.uint64(seed), np.uint64(stream), trials, out)
    return out


@short_kernel
def _chances(seed: Any, stream: Any, trials: Any, episodes: Any, out: Any) -> None:
    key = combine(seed, stream)
    for k in range(trials.shape[0]):
        out[k] = combine(combine(key, np.uint64(trials[k])), np.uint64(episodes[k]))


def episode_chance(
    seed: int, stream: int, trials: NDArray[np.int64], episodes: NDArray[np.int64] | int
) -> NDArray[np.uint64]:
    """uint64 [M]: what the game draws chance from in these episodes of these trials.

    Args:
        seed, stream: as `trial_seeds`.
        trials: int64 [M].
        episodes: int64 [M], or one number for all of them.
    """
    out = np.empty(len(trials), np.uint64)
    numbers = np.ascontiguousarray(np.broadcast_to(np.asarray(episodes, np.int64), len(trials)))
    _chances(np.uint64(seed), np.uint64(stream), trials, numbers, out)
    return out
