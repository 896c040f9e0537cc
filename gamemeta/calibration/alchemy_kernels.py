"""Compiled players of Symbolic Alchemy."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.games.builtin.alchemy.kernels import CLOCK, GONE, TARGETS, act, draw_items
from gamemeta_levels.families.alchemy.chemistry import (
    COLOURS,
    CORNERS,
    EPISODE_STEPS,
    POTIONS,
    STONES,
)
from gamemeta_levels.families.alchemy.kernels import reactions
from gamemeta_levels.families.alchemy.planner_kernels import best, packed, values_of
from gamemeta_levels.kernel import below, combine, kernel, lean_kernel

RANDOM, ORACLE = range(2)
"""The rules that `play` knows."""

Whole = NDArray[np.int64]
Small = NDArray[np.int8]


@lean_kernel
def sell_good(stones: Small) -> Any:
    """The action that sells the first stone of positive value; waiting where there is none."""
    for s in range(STONES):
        if stones[s] != GONE and values_of(stones[s]) > 0:
            return 1 + s * TARGETS
    return 0


@lean_kernel
def random_action(stones: Small, potions: Small, stream: NDArray[np.uint64]) -> Any:
    """Any stone that is not the best into any potion; sell the good ones once there is none of either.

    It is the `RandomActionBot` of dm_alchemy's `symbolic_alchemy_bots.py`.
    """
    worse, left = 0, 0
    for s in range(STONES):
        worse += stones[s] != GONE and stones[s] != CORNERS - 1
    for p in range(POTIONS):
        left += potions[p] != GONE
    if worse == 0 or left == 0:
        return sell_good(stones)
    stone, potion = below(stream, worse), below(stream, left)
    for s in range(STONES):
        if stones[s] != GONE and stones[s] != CORNERS - 1:
            if stone == 0:
                for p in range(POTIONS):
                    if potions[p] != GONE:
                        if potion == 0:
                            return 2 + s * TARGETS + p
                        potion -= 1
            stone -= 1
    return 0


@lean_kernel
def oracle_action(
    needs: Whole,
    values: Whole,
    counts: Whole,
    potion_map: Small,
    reaction: NDArray[np.uint8],
    stones: Small,
    potions: Small,
    held: Whole,
) -> Any:
    """The first potion of a plan that earns most with the fewest potions; then sell the good stones.

    `held` is room for the number of potions of each colour.
    """
    held[:] = 0
    for p in range(POTIONS):
        if potions[p] != GONE:
            held[potions[p]] += 1
    aim = best(needs, values, counts, stones, packed(potion_map, held))
    for s in range(STONES):
        if stones[s] == GONE:
            continue
        before = stones[s]
        for p in range(POTIONS):
            if potions[p] == GONE or reaction[potions[p], before] == before:
                continue
            held[potions[p]] -= 1
            stones[s] = reaction[potions[p], before]
            score = best(needs, values, counts, stones, packed(potion_map, held))
            held[potions[p]] += 1
            stones[s] = before
            if score == aim + 1:
                return 2 + s * TARGETS + p
    return sell_good(stones)


@kernel
def play(
    rule: int,
    graph: Small,
    potion_map: Small,
    needs: Whole,
    values: Whole,
    counts: Whole,
    world: np.uint64,
    player: np.uint64,
    first: int,
    returns: NDArray[np.float64],
) -> None:
    """Fill returns [N, n], the reward of each of n episodes of 20 steps with each chemistry.

    `needs`, `values` and `counts` are the ways [N, ...] of each instance's graph.
    """
    N, n = returns.shape
    reaction = np.empty((COLOURS, CORNERS), np.uint8)
    stones, potions = np.empty(STONES, np.int8), np.empty(POTIONS, np.int8)
    clock, held = np.zeros(CLOCK, np.int32), np.zeros(COLOURS, np.int64)
    stream = np.empty(1, np.uint64)
    for i in range(N):
        reactions(graph[i], potion_map[i], reaction)
        for episode in range(n):
            draw_items(combine(combine(world, first + i), episode), stones, potions, stream)
            stream[0] = combine(combine(player, first + i), episode)
            total = 0
            for _ in range(EPISODE_STEPS):
                if rule == RANDOM:
                    action = random_action(stones, potions, stream)
                else:
                    action = oracle_action(
                        needs[i], values[i], counts[i], potion_map[i], reaction, stones, potions, held
                    )
                total += act(reaction, stones, potions, clock, action)
            returns[i, episode] = total
