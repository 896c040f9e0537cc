"""Compiled players of the bandits, who pull the arm of the largest index."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.draw_kernels import beta, unit
from gamemeta_levels.kernel import below, combine, kernel

RANDOM, EPSILON_GREEDY, UCB1, THOMPSON, GITTINS = range(5)
"""The rules that `play` knows; greedy is epsilon-greedy with epsilon 0."""


@kernel
def coins(world: np.uint64, first: int, coin: NDArray[np.float64]) -> None:
    """Fill coin [N, n]: pull t of instance i is rewarded when coin[i, t] < probability of the arm."""
    N, n = coin.shape
    stream = np.empty(1, np.uint64)
    for i in range(N):
        row = combine(world, first + i)
        for t in range(n):
            stream[0] = combine(row, t)
            coin[i, t] = unit(stream)


@kernel
def first_state(n: int, remaining: int) -> Any:
    """Index of the first state with `remaining` pulls to go in a table of n pulls.

    With m pulls to go there are (n-m+1)(n-m+2)/2 states (successes, failures), successes +
    failures <= n - m; tables are ordered by remaining from 1, then by successes + failures, then by
    successes.
    """
    left = n - remaining + 1
    return n * (n + 1) * (n + 2) // 6 - left * (left + 1) * (left + 2) // 6


@kernel
def state_in_layer(successes: int, failures: int) -> Any:
    """Index of a state among those of equal `remaining`."""
    pulls = successes + failures
    return pulls * (pulls + 1) // 2 + successes


@kernel
def thompson_index(stream: NDArray[np.uint64], successes: int, failures: int, samples: int) -> Any:
    """The largest of some draws from the posterior Beta(1 + successes, 1 + failures)."""
    largest = 0.0
    for _ in range(samples):
        largest = max(largest, beta(stream, 1.0 + successes, 1.0 + failures))
    return largest


@kernel
def arm_index(
    rule: int,
    amount: float,
    table: NDArray[np.float32],
    layer: int,
    log_t: float,
    successes: int,
    failures: int,
    stream: NDArray[np.uint64],
) -> Any:
    """Value of an arm to a rule; `amount` is its constant or its number of samples."""
    if rule == THOMPSON:
        return thompson_index(stream, successes, failures, int(amount))
    if rule == GITTINS:
        return np.float64(table[layer + state_in_layer(successes, failures)])
    pulls = successes + failures + 2
    mean = (successes + 1) / pulls
    if rule == UCB1:
        return mean + amount * math.sqrt(2.0 * log_t / pulls)
    return mean


@kernel
def choose(
    rule: int,
    amount: float,
    table: NDArray[np.float32],
    layer: int,
    log_t: float,
    successes: NDArray[np.int64],
    failures: NDArray[np.int64],
    stream: NDArray[np.uint64],
) -> Any:
    """The arm of the largest index; equal arms are drawn with equal chance."""
    k = successes.shape[0]
    if rule == RANDOM or (rule == EPSILON_GREEDY and amount > 0.0 and unit(stream) < amount):
        return below(stream, k)
    best, largest, equal = 0, -math.inf, 0
    for arm in range(k):
        value = arm_index(rule, amount, table, layer, log_t, successes[arm], failures[arm], stream)
        if value > largest:
            best, largest, equal = arm, value, 1
        elif value == largest:
            equal += 1
            if below(stream, equal) == 0:
                best = arm
    return best


@kernel
def play(
    rule: int,
    amount: float,
    table: NDArray[np.float32],
    probability: NDArray[np.float32],
    n: int,
    world: np.uint64,
    player: np.uint64,
    first: int,
    returns: NDArray[np.float64],
) -> None:
    """Fill returns [N] with the total reward of a rule over n pulls of each instance."""
    N, k = probability.shape
    successes, failures = np.empty(k, np.int64), np.empty(k, np.int64)
    stream, world_stream = np.empty(1, np.uint64), np.empty(1, np.uint64)
    for i in range(N):
        successes[:] = 0
        failures[:] = 0
        player_seed, world_seed = combine(player, first + i), combine(world, first + i)
        for t in range(n):
            stream[0], world_stream[0] = combine(player_seed, t), combine(world_seed, t)
            layer = first_state(n, n - t)
            arm = choose(rule, amount, table, layer, math.log(max(t, 1)), successes, failures, stream)
            if unit(world_stream) < probability[i, arm]:
                successes[arm] += 1
            else:
                failures[arm] += 1
        returns[i] = successes.sum()
