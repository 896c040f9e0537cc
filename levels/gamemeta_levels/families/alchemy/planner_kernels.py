"""The best that can be made of stones and potions in a known chemistry, exactly.

Potions are counted by kind, 2 * axis + (1 where they work towards +1), and packed: five bits a kind, the
highest of which guards against borrowing when counts are subtracted. A way to sell a stone is the potions it
needs and what the stone then pays. Only ways that need no more of every kind than another to as good a stone
are kept: those along paths that visit no corner twice.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.families.alchemy.chemistry import AXES, COLOURS, CORNERS, REWARDS
from gamemeta_levels.families.alchemy.kernels import axis_of, direction_of, moved, side
from gamemeta_levels.kernel import kernel, lean_kernel

BITS = 5
"""Of a count, its guard among them."""
GUARD = sum(16 << (BITS * kind) for kind in range(COLOURS))
MOST_WAYS = 24
"""Ways kept of each corner of a graph; graphs have at most 8."""
POINT = 64
"""Worth of a point of reward in steps: reward counts first, then fewer potions."""
_LONGEST = CORNERS

Whole = NDArray[np.int64]


@lean_kernel
def values_of(corner: int) -> Any:
    """What a stone on this corner pays."""
    sides = 0
    for axis in range(AXES):
        sides += corner >> axis & 1
    return REWARDS[sides]


@lean_kernel
def kind_of(potion_map: Any, colour: int) -> Any:
    """The kind of a colour: 2 * axis + (1 where it works towards +1)."""
    return 2 * axis_of(potion_map, colour) + (1 if direction_of(potion_map, colour) > 0 else 0)


@lean_kernel
def enough(counts: int, need: int) -> Any:
    """Whether packed counts hold so many of every kind."""
    return ((counts | GUARD) - need) & GUARD == GUARD


@lean_kernel
def _keep(needs: Whole, values: Whole, count: int, need: int, value: int) -> Any:
    """Add a way unless one that is kept is as good; drop those it beats. Returns how many are kept."""
    for k in range(count):
        if values[k] >= value and enough(need, needs[k]):
            return count
    kept = 0
    for k in range(count):
        if not (value >= values[k] and enough(needs[k], need)):
            needs[kept], values[kept] = needs[k], values[k]
            kept += 1
    needs[kept], values[kept] = need, value
    return kept + 1


@kernel
def ways(graphs: Whole, needs: Whole, values: Whole, counts: Whole) -> None:
    """Fill needs and values [G, CORNERS, MOST_WAYS] and counts [G, CORNERS] with the ways to sell a stone."""
    path, tried = np.empty(_LONGEST, np.int64), np.empty(_LONGEST, np.int64)
    need = np.empty(_LONGEST, np.int64)
    for g in range(graphs.shape[0]):
        for corner in range(CORNERS):
            counts[g, corner] = 0
            length, visited = 0, 1 << corner
            path[0], tried[0], need[0] = corner, 0, 0
            while length >= 0:
                here = path[length]
                if tried[length] == 0 and values_of(here) > 0:
                    counts[g, corner] = _keep(
                        needs[g, corner], values[g, corner], counts[g, corner], need[length], values_of(here)
                    )
                if tried[length] == AXES:
                    visited ^= 1 << here
                    length -= 1
                    continue
                axis = tried[length]
                tried[length] += 1
                direction = -side(here, axis)
                there = moved(graphs[g], here, axis, direction)
                if there != here and not visited >> there & 1:
                    length += 1
                    path[length], tried[length] = there, 0
                    need[length] = need[length - 1] + (1 << (BITS * (2 * axis + (1 if direction > 0 else 0))))
                    visited |= 1 << there


@lean_kernel
def potions_in(packed: int) -> Any:
    """How many potions packed counts hold."""
    total = 0
    for kind in range(COLOURS):
        total += packed >> (BITS * kind) & 31
    return total


@lean_kernel
def best(needs: Whole, values: Whole, counts: Whole, stones: Any, potions: int) -> Any:
    """POINT x the largest reward of stones [3] with packed potions, minus the fewest potions that make it.

    Args:
        needs, values, counts: the ways of one graph, as `ways` fills them.
        stones: corners, -1 for stones that are gone.
        potions: packed counts.
    """
    first, second, third = stones[0], stones[1], stones[2]
    best_score = 0
    for a in range(-1, counts[first] if first >= 0 else 0):
        left_a, score_a = potions, 0
        if a >= 0:
            if not enough(potions, needs[first, a]):
                continue
            left_a = potions - needs[first, a]
            score_a = POINT * values[first, a] - potions_in(needs[first, a])
        for b in range(-1, counts[second] if second >= 0 else 0):
            left_b, score_b = left_a, score_a
            if b >= 0:
                if not enough(left_a, needs[second, b]):
                    continue
                left_b = left_a - needs[second, b]
                score_b += POINT * values[second, b] - potions_in(needs[second, b])
            best_score = max(best_score, score_b)
            for c in range(counts[third] if third >= 0 else 0):
                if enough(left_b, needs[third, c]):
                    score = score_b + POINT * values[third, c] - potions_in(needs[third, c])
                    best_score = max(best_score, score)
    return best_score


@lean_kernel
def reward_of(score: int) -> Any:
    """The reward of a score of `best`: the largest whole number of points that is not below it."""
    return -(-score // POINT)


@lean_kernel
def packed(potion_map: Any, held: Any) -> Any:
    """Potions held of each colour [COLOURS], as packed counts by kind."""
    total = 0
    for colour in range(COLOURS):
        total += np.int64(held[colour]) << (BITS * kind_of(potion_map, colour))
    return total


@kernel
def expected(needs: Whole, values: Whole, counts: Whole, potions: int) -> Any:
    """The exact mean reward of the best play over all stones and so many potions, for one graph.

    Every kind of stone and potion is equally likely, each drawn by itself.
    """
    stones, total = np.empty(3, np.int64), 0.0
    factorial = np.ones(potions + 1)
    for k in range(1, potions + 1):
        factorial[k] = factorial[k - 1] * k
    held = np.zeros(COLOURS, np.int64)
    all_ways = float(COLOURS) ** potions
    while True:
        rest = potions
        for kind in range(COLOURS - 1):
            rest -= held[kind]
        if rest >= 0:
            held[COLOURS - 1] = rest
            weight, all_counts = factorial[potions] / all_ways, 0
            for kind in range(COLOURS):
                weight /= factorial[held[kind]]
                all_counts += held[kind] << (BITS * kind)
            for a in range(CORNERS):
                for b in range(a, CORNERS):
                    for c in range(b, CORNERS):
                        stones[0], stones[1], stones[2] = a, b, c
                        orders = 6 if a < b < c else (1 if a == c else 3)
                        reward = reward_of(best(needs, values, counts, stones, all_counts))
                        total += weight * orders * reward
        kind = 0
        while kind < COLOURS - 1:
            held[kind] += 1
            taken = 0
            for k in range(COLOURS - 1):
                taken += held[k]
            if taken <= potions:
                break
            held[kind] = 0
            kind += 1
        if kind == COLOURS - 1:
            return total / CORNERS**3
