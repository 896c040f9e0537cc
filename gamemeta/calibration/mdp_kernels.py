"""Compiled players of the tabular MDPs, who plan on what they believe."""

import math

import numpy as np
from numpy.typing import NDArray

from gamemeta.games.builtin.mdp.kernels import step_world
from gamemeta_levels.draw_kernels import exponential, gamma, normal, unit
from gamemeta_levels.families.mdp.kernels import START, best_action, plan
from gamemeta_levels.kernel import below, combine, kernel

RANDOM, EPSILON_GREEDY, PSRL, OPSRL, UCRL2, BEB, REPLAN, CLAIRVOYANT = range(8)
"""The rules that `play` knows; greedy is epsilon-greedy with epsilon 0."""

NOISE = 1.0
"""Standard deviation of a reward, which players know."""

Array = NDArray[np.float64]
Single = NDArray[np.float32]


@kernel
def sort_states(value: Array, order: NDArray[np.int64]) -> None:
    """Fill order with the states from the least value to the largest (insertion: states are few)."""
    for s in range(value.shape[0]):
        place = s
        while place > 0 and value[order[place - 1]] > value[s]:
            order[place] = order[place - 1]
            place -= 1
        order[place] = s


@kernel
def plan_optimistically(P: Array, R: Array, radius: Array, q: Array) -> None:
    """As `plan`, each row of P the best within an L1 ball of radius [S, A] (Jaksch et al. 2010, figure 2)."""
    H, S, A = q.shape
    value, row, order = np.zeros(S), np.empty(S), np.empty(S, np.int64)
    for h in range(H - 1, -1, -1):
        sort_states(value, order)
        for s in range(S):
            for a in range(A):
                best, worst = order[S - 1], 0
                for s_next in range(S):
                    row[s_next] = P[s, a, s_next]
                excess = min(1.0 - row[best], 0.5 * radius[s, a])
                row[best] += excess
                while excess > 1e-12 and worst < S - 1:
                    taken = min(row[order[worst]], excess)
                    row[order[worst]] -= taken
                    excess -= taken
                    worst += 1
                q[h, s, a] = R[s, a]
                for s_next in range(S):
                    q[h, s, a] += row[s_next] * value[s_next]
        for s in range(S):
            value[s] = q[h, s, best_action(q[h, s])]


@kernel
def believe_mean(visits: Array, earned: Array, reached: Array, prior_mean: float, P: Array, R: Array) -> None:
    """Posterior means: Dirichlet(1) counts, and rewards of variance 1 with the prior N(prior_mean, 1)."""
    S, A = visits.shape
    for s in range(S):
        for a in range(A):
            R[s, a] = (prior_mean + earned[s, a]) / (1.0 + visits[s, a])
            for s_next in range(S):
                P[s, a, s_next] = (1.0 + reached[s, a, s_next]) / (S + visits[s, a])


@kernel
def believe_sample(
    visits: Array,
    earned: Array,
    reached: Array,
    prior_mean: float,
    stream: NDArray[np.uint64],
    P: Array,
    R: Array,
) -> None:
    """One draw from the posterior whose means `believe_mean` gives."""
    S, A = visits.shape
    for s in range(S):
        for a in range(A):
            precision = 1.0 + visits[s, a]
            R[s, a] = (prior_mean + earned[s, a]) / precision + normal(stream) / math.sqrt(precision)
            total = 0.0
            for s_next in range(S):
                count = reached[s, a, s_next]
                P[s, a, s_next] = gamma(stream, 1.0 + count) if count > 0.0 else exponential(stream)
                total += P[s, a, s_next]
            for s_next in range(S):
                P[s, a, s_next] /= total


@kernel
def widen(visits: Array, scale: float, delta: float, elapsed: int, R: Array, radius: Array) -> None:
    """Add UCRL2's confidence widths to R and give those of the transitions (Jaksch et al. 2010, eq. 3, 4).

    `scale` shrinks both; `elapsed` counts steps so far. Rewards of known variance 1 stand for their [0, 1].
    """
    S, A = visits.shape
    t = max(elapsed, 1)
    for s in range(S):
        for a in range(A):
            pulls = max(visits[s, a], 1.0)
            R[s, a] += scale * math.sqrt(3.5 * math.log(2.0 * S * A * t / delta) / pulls)
            radius[s, a] = scale * math.sqrt(14.0 * S * math.log(2.0 * A * t / delta) / pulls)


@kernel
def add_bonus(amount: float, power: float, visits: Array, R: Array) -> None:
    """Add amount / (1 + visits)^power to R."""
    S, A = visits.shape
    for s in range(S):
        for a in range(A):
            R[s, a] += amount / (1.0 + visits[s, a]) ** power


@kernel
def keep_larger(q: Array, other: Array) -> None:
    """Raise q to other where other is larger."""
    H, S, A = q.shape
    for h in range(H):
        for s in range(S):
            for a in range(A):
                q[h, s, a] = max(q[h, s, a], other[h, s, a])


@kernel
def plan_episode(
    rule: int,
    amount: float,
    prior_mean: float,
    elapsed: int,
    visits: Array,
    earned: Array,
    reached: Array,
    stream: NDArray[np.uint64],
    P: Array,
    R: Array,
    spare: Array,
    q: Array,
) -> None:
    """Fill q [H, S, A] for the coming episode; spare has the shape of q."""
    if rule in (PSRL, OPSRL):
        q[:] = -math.inf
        for _ in range(int(amount)):
            believe_sample(visits, earned, reached, prior_mean, stream, P, R)
            plan(P, R, 0, spare)
            keep_larger(q, spare)
        return
    believe_mean(visits, earned, reached, prior_mean, P, R)
    if rule == UCRL2:
        radius = np.empty(visits.shape)
        widen(visits, amount, 0.05, elapsed, R, radius)
        plan_optimistically(P, R, radius, q)
        return
    if rule == BEB:
        add_bonus(amount, 1.0, visits, R)
    plan(P, R, 0, q)


@kernel
def replan(
    amount: float,
    prior_mean: float,
    later: float,
    step: int,
    visits: Array,
    earned: Array,
    reached: Array,
    P: Array,
    R: Array,
    q: Array,
) -> None:
    """Plan the rest of an episode on posterior means, with a bonus for what is uncertain.

    The bonus is `amount` posterior standard deviations of the mean reward, times `later`, the share of
    episodes still to come: what is learned in the last one is of no more use.
    """
    believe_mean(visits, earned, reached, prior_mean, P, R)
    add_bonus(amount * later, 0.5, visits, R)
    plan(P, R, step, q)


@kernel
def play(
    rule: int,
    amount: float,
    prior_mean: float,
    transition: Single,
    reward_mean: Single,
    horizon: int,
    world: np.uint64,
    player: np.uint64,
    first: int,
    returns: Array,
) -> None:
    """Fill returns [N, n], the reward of each of n episodes of `horizon` steps on each instance."""
    N, n = returns.shape
    S, A = reward_mean.shape[1:]
    visits, earned, reached = np.empty((S, A)), np.empty((S, A)), np.empty((S, A, S))
    P, R = np.empty((S, A, S)), np.empty((S, A))
    q, spare = np.empty((horizon, S, A)), np.empty((horizon, S, A))
    stream, world_stream = np.empty(1, np.uint64), np.empty(1, np.uint64)
    for i in range(N):
        visits[:], earned[:], reached[:] = 0.0, 0.0, 0.0
        player_seed, world_seed = combine(player, first + i), combine(world, first + i)
        if rule == CLAIRVOYANT:
            P[:], R[:] = transition[i], reward_mean[i]
            plan(P, R, 0, q)
        for episode in range(n):
            elapsed = episode * horizon
            # Plans draw from numbers that no step uses: steps count upwards from 0, plans downwards.
            stream[0] = combine(player_seed, -1 - episode)
            if rule not in (RANDOM, REPLAN, CLAIRVOYANT):
                plan_episode(
                    rule, amount, prior_mean, elapsed, visits, earned, reached, stream, P, R, spare, q
                )
            s, total = START, 0.0
            for h in range(horizon):
                stream[0], world_stream[0] = (
                    combine(player_seed, elapsed + h),
                    combine(world_seed, elapsed + h),
                )
                if rule == REPLAN:
                    later = (n - 1 - episode) / n
                    replan(amount, prior_mean, later, h, visits, earned, reached, P, R, q)
                if rule == RANDOM or (rule == EPSILON_GREEDY and amount > 0.0 and unit(stream) < amount):
                    a = below(stream, A)
                else:
                    a = best_action(q[h, s])
                reward, s_next = step_world(transition[i], reward_mean[i], s, a, NOISE, world_stream)
                visits[s, a] += 1.0
                earned[s, a] += reward
                reached[s, a, s_next] += 1.0
                total += reward
                s = s_next
            returns[i, episode] = total
