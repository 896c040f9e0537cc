"""Compiled parts of the family `mdp`: drawing MDPs, and planning in them."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.draw_kernels import exponential, normal
from gamemeta_levels.hash_kernels import finished, hash_of_tiles, name_bytes, split_code_of, with_numbers
from gamemeta_levels.kernel import combine, kernel

TRIES = 10_000
"""Draws after which a seed is given up; one draw in ten hits the rarest split."""
START = 0
"""The state in which every episode begins."""
LARGEST_MEAN = 16_000_000
"""Bound of a mean reward on either side, millionths: float32 keeps every whole millionth up to here."""

_REWARD_MEAN, _TRANSITION = name_bytes("reward_mean"), name_bytes("transition")
_MILLION = 1e6

Array = NDArray[np.float64]
Whole = NDArray[np.int64]
Single = NDArray[np.float32]


@kernel
def draw_row(stream: NDArray[np.uint64], weight: Array, row: Whole) -> None:
    """Fill row [S] with a draw from Dirichlet(1) in whole millionths that add up to a million.

    The running sum is rounded, not each share, so that every share is right to a millionth. `weight` is
    room for [S] numbers.
    """
    total, below, before = 0.0, 0.0, 0
    for s in range(row.shape[0]):
        weight[s] = exponential(stream)
        total += weight[s]
    for s in range(row.shape[0]):
        below += weight[s]
        here = math.floor(below / total * _MILLION + 0.5) if s < row.shape[0] - 1 else int(_MILLION)
        row[s] = here - before
        before = here


@kernel
def draw_reward(stream: NDArray[np.uint64], mean: float, deviation: float) -> Any:
    """A draw from N(mean, deviation^2) in whole millionths, cut to LARGEST_MEAN."""
    drawn = math.floor((mean + deviation * normal(stream)) * _MILLION + 0.5)
    return min(max(drawn, -LARGEST_MEAN), LARGEST_MEAN)


@kernel
def fill(
    mean: float,
    deviation: float,
    rows: NDArray[np.int64],
    seeds: NDArray[np.int64],
    split: int,
    tiles: NDArray[np.uint8],
    transition: Single,
    reward_mean: Single,
    seed: NDArray[np.int64],
    content: NDArray[np.uint64],
) -> Any:
    """Draw the MDP of each seed until it lies in the split.

    Returns -1, or the index of a seed that found no level in `TRIES` draws.
    """
    S, A = reward_mean.shape[1:]
    weight, shares, rewards = np.empty(S), np.empty((S * A, S), np.int64), np.empty(S * A, np.int64)
    stream = np.empty(1, np.uint64)
    for k in range(rows.shape[0]):
        i = rows[k]
        start = hash_of_tiles(tiles[i], 1, S)
        attempt, in_split = 0, False
        while not in_split:
            if attempt == TRIES:
                return k
            stream[0] = combine(np.uint64(seeds[k]), np.uint64(attempt))
            attempt += 1
            for pair in range(S * A):
                rewards[pair] = draw_reward(stream, mean, deviation)
                draw_row(stream, weight, shares[pair])
            value = with_numbers(start, _REWARD_MEAN, rewards)
            content[i] = finished(with_numbers(value, _TRANSITION, shares.reshape(S * A * S)))
            in_split = split < 0 or split_code_of(content[i]) == split
        for pair in range(S * A):
            s, a = pair // A, pair % A
            reward_mean[i, s, a] = rewards[pair] / _MILLION
            for s_next in range(S):
                transition[i, s, a, s_next] = shares[pair, s_next] / _MILLION
        seed[i] = seeds[k]
    return -1


@kernel
def best_action(values: Array) -> Any:
    """The first of the largest."""
    best = 0
    for a in range(1, values.shape[0]):
        if values[a] > values[best]:
            best = a
    return best


@kernel
def plan(P: Array, R: Array, begin: int, q: Array) -> None:
    """Value iteration backwards from the horizon to step `begin` on P [S, A, S], R [S, A]; fills q [H, S, A].

    q[h, s, a] = R[s, a] + sum over s' of P[s, a, s'] max_b q[h+1, s', b], and R[s, a] at the last step.
    """
    H, S, A = q.shape
    value = np.zeros(S)
    for h in range(H - 1, begin - 1, -1):
        for s in range(S):
            for a in range(A):
                total = R[s, a]
                for s_next in range(S):
                    total += P[s, a, s_next] * value[s_next]
                q[h, s, a] = total
        for s in range(S):
            value[s] = q[h, s, best_action(q[h, s])]


@kernel
def optimal(transition: Single, reward_mean: Single, horizon: int, values: Array) -> None:
    """Fill values [N] with the expected reward of an episode under the best policy for the true MDP."""
    N, S, A = reward_mean.shape
    P, R, q = np.empty((S, A, S)), np.empty((S, A)), np.empty((horizon, S, A))
    for i in range(N):
        P[:], R[:] = transition[i], reward_mean[i]
        plan(P, R, 0, q)
        values[i] = q[0, START, best_action(q[0, START])]


@kernel
def likeliest_plan(transition: Single, reward_mean: Single, actions: Whole) -> None:
    """Fill actions [H] with the optimal policy's along the likeliest states of one MDP."""
    S, A = reward_mean.shape
    P, R, q = np.empty((S, A, S)), np.empty((S, A)), np.empty((actions.shape[0], S, A))
    P[:], R[:] = transition, reward_mean
    plan(P, R, 0, q)
    s = START
    for h in range(actions.shape[0]):
        actions[h] = best_action(q[h, s])
        s = best_action(P[s, actions[h]])
