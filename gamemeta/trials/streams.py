"""Every random stream of a training and an evaluation, and what trials and episodes draw from."""

from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.kernel import combine, short_kernel

SEAT_STRIDE = 1_000_003
"""Between the seeds of the agents in two seats."""


class Stream(IntEnum):
    """The purpose of a draw: draws of one seed for two purposes never depend on each other.

    The numbers decide what every training draws: a new stream takes a new number, and none changes.
    """

    LEVEL = 1
    """The level of each trial."""
    ACTION = 2
    """Actions in training, by trial."""
    LENGTH = 3
    """Number of episodes of each trial."""
    WEIGHTS = 4
    """First weights of a network."""
    CHANCE = 5
    """Chance inside the game, by trial and episode."""
    OTHERS = 6
    """Which earlier self plays the other seats, by trial."""
    INFERENCE = 7
    """Latents, and steps to predict, by part of a minibatch."""
    AGENT = 11
    """Actions of the agent in an evaluation, and of its controls: only their memory differs."""
    RANDOM = 14
    FINE_TUNED = 15
    EVALUATION_CHANCE = 16
    """Chance inside the game in an evaluation: every player of level i meets the same in episode e."""
    CROSSPLAY = 19
    """Actions of agents that play each other."""
    CLONING = 20
    """The order of demonstrations, by pass over them."""


PLAYER_STREAMS = dict.fromkeys(("agent", "wiped", "swapped", "redrawn"), Stream.AGENT) | {
    "random": Stream.RANDOM
}
"""What each player of an evaluation draws its actions from."""


@short_kernel
def _seeds(seed: Any, stream: Any, trials: Any, out: Any) -> None:
    key = combine(seed, stream)
    for k in range(trials.shape[0]):
        out[k] = combine(key, np.uint64(trials[k]))


def trial_seeds(seed: int, stream: int, trials: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Seeds uint64 [M] of these trials, for one kind of draw."""
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
    """Seeds uint64 [M] of the chance in these episodes of these trials.

    Args:
        seed, stream: as `trial_seeds`.
        trials: int64 [M].
        episodes: int64 [M], or one number for all of them.
    """
    out = np.empty(len(trials), np.uint64)
    numbers = np.ascontiguousarray(np.broadcast_to(np.asarray(episodes, np.int64), len(trials)))
    _chances(np.uint64(seed), np.uint64(stream), trials, numbers, out)
    return out
