"""Compiled parts of the game `alchemy`. All arrays belong to the caller."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.families.alchemy.chemistry import (
    AXES,
    COLOURS,
    CORNERS,
    EPISODE_STEPS,
    POTIONS,
    STONES,
)
from gamemeta_levels.families.alchemy.kernels import looks, reactions
from gamemeta_levels.families.alchemy.planner_kernels import values_of
from gamemeta_levels.kernel import below, combine, kernel, lean_kernel

RUNNING, BY_RULES = 0, 1
"""Whether an episode has ended."""
STEPS, ENDED, TOPS, HAND, CLOCK = 0, 1, 2, 3, 4
"""Columns of a clock: steps so far, ended, best stones sold, the stone at hand; and how many there are."""
TARGETS = POTIONS + 1
"""What a stone can go into: the cauldron, or one of the potions."""
ACTIONS = STONES * TARGETS + 1
SELL, NEXT, HAND_ACTIONS = COLOURS, COLOURS + 1, COLOURS + 2
"""With one stone at hand: after the colours, to sell it or to take the next; and how many actions."""
GONE = -1
NO_COLOUR, NO_LOOK, NO_VALUE = 0, 3, 4
"""Symbols of what is used up."""
GOOD_EPISODE = 2
"""Best stones that an episode sells to succeed: what knowing the chemistry sells in nearly all."""
_STONE_STREAM = 1

Small = NDArray[np.int8]


@lean_kernel
def draw_items(chance: Any, stones: Small, potions: Small, stream: NDArray[np.uint64]) -> None:
    """The stones [3], corners, and the potions [12], colours, of an episode: each drawn by itself."""
    stream[0] = combine(chance, np.uint64(_STONE_STREAM))
    for s in range(STONES):
        stones[s] = below(stream, CORNERS)
    for p in range(POTIONS):
        potions[p] = below(stream, COLOURS)


@lean_kernel
def act(reaction: NDArray[np.uint8], stones: Small, potions: Small, clock: Any, action: int) -> Any:
    """Do one action of 40; returns what it pays. What is not there does nothing."""
    if action == 0:
        return 0
    stone, target = (action - 1) // TARGETS, (action - 1) % TARGETS - 1
    corner = stones[stone]
    if corner == GONE:
        return 0
    if target < 0:
        stones[stone] = GONE
        if corner == CORNERS - 1:
            clock[TOPS] += 1
        return values_of(corner)
    if potions[target] != GONE:
        stones[stone] = reaction[potions[target], corner]
        potions[target] = GONE
    return 0


@lean_kernel
def with_hand(potions: Small, hand: int, action: int) -> Any:
    """Which of the 40 actions an action with one stone at hand is; 0 for none of them."""
    wanted = 0
    if action == SELL:
        wanted = 1 + hand * TARGETS
    for p in range(POTIONS - 1, -1, -1):
        if action < COLOURS and potions[p] == action:
            wanted = 2 + hand * TARGETS + p
    return wanted


@lean_kernel
def next_stone(stones: Small, hand: int) -> Any:
    """The stone after this one that is left; this one where none is."""
    for k in range(1, STONES):
        if stones[(hand + k) % STONES] != GONE:
            return (hand + k) % STONES
    return hand


@kernel
def reset(
    mask: NDArray[np.bool_],
    graph: Small,
    potion_map: Small,
    stone_map: Small,
    rotation: Small,
    chance: NDArray[np.uint64],
    reaction: NDArray[np.uint8],
    look: Small,
    stones: Small,
    potions: Small,
    clock: NDArray[np.int32],
    alive: NDArray[np.bool_],
) -> None:
    """Take over level i where the mask holds, and draw its stones and potions anew."""
    stream = np.empty(1, np.uint64)
    for i in range(mask.shape[0]):
        if mask[i]:
            reactions(graph[i], potion_map[i], reaction[i])
            looks(stone_map[i], rotation[i], look[i])
            draw_items(chance[i], stones[i], potions[i], stream)
            clock[i, :] = 0
            alive[i, 0] = True


@kernel
def step(
    actions: NDArray[Any],
    at_hand: bool,
    reaction: NDArray[np.uint8],
    stones: Small,
    potions: Small,
    clock: NDArray[np.int32],
    reward: NDArray[np.float32],
    terminated: NDArray[np.bool_],
    truncated: NDArray[np.bool_],
    success: NDArray[np.bool_],
    alive: NDArray[np.bool_],
) -> Any:
    """Play a step of every game that still runs. Returns the first game with a bad action, or -1."""
    count = HAND_ACTIONS if at_hand else ACTIONS
    for i in range(actions.shape[0]):
        if actions[i, 0, 0] < 0 or actions[i, 0, 0] >= count:
            return i
    for i in range(actions.shape[0]):
        reward[i, 0] = 0.0
        if clock[i, ENDED] == RUNNING:
            action = np.int64(actions[i, 0, 0])
            hand = clock[i, HAND]
            if at_hand:
                if action >= SELL:
                    clock[i, HAND] = next_stone(stones[i], hand)
                action = np.int64(with_hand(potions[i], hand, action))
            reward[i, 0] = act(reaction[i], stones[i], potions[i], clock[i], action)
            clock[i, STEPS] += 1
            if clock[i, STEPS] >= EPISODE_STEPS:
                clock[i, ENDED] = BY_RULES
        over = clock[i, ENDED] == BY_RULES
        terminated[i, 0], truncated[i, 0], alive[i, 0] = over, False, not over
        success[i, 0] = over and clock[i, TOPS] >= GOOD_EPISODE
    return -1


@kernel
def observe(
    mask: NDArray[np.bool_],
    look: Small,
    stones: Small,
    potions: Small,
    seen_stones: NDArray[np.uint8],
    seen_potions: NDArray[np.uint8],
    legal: NDArray[np.uint8],
) -> None:
    """Write the symbols of stones and potions, and which of the 40 actions do something."""
    for i in range(mask.shape[0]):
        if not mask[i]:
            continue
        for p in range(POTIONS):
            seen_potions[i, 0, p] = potions[i, p] + 1
        legal[i, 0, 0] = 1
        for s in range(STONES):
            corner = stones[i, s]
            there = corner != GONE
            value = 0
            for axis in range(AXES):
                seen_stones[i, 0, s, axis] = look[i, corner, axis] + 1 if there else NO_LOOK
                value += corner >> axis & 1
            seen_stones[i, 0, s, AXES] = value if there else NO_VALUE
            legal[i, 0, 1 + s * TARGETS] = there
            for p in range(POTIONS):
                legal[i, 0, 2 + s * TARGETS + p] = there and potions[i, p] != GONE


@kernel
def observe_hand(
    mask: NDArray[np.bool_],
    look: Small,
    stones: Small,
    potions: Small,
    clock: NDArray[np.int32],
    seen_look: NDArray[np.uint8],
    seen_value: NDArray[np.uint8],
    others: NDArray[np.uint8],
    counts: NDArray[np.uint8],
    legal: NDArray[np.uint8],
) -> None:
    """Write the stone at hand, the values of the others in the order in which they come, how many potions
    of each colour are left, and which of the 8 actions do something."""
    for i in range(mask.shape[0]):
        if not mask[i]:
            continue
        counts[i, 0, :] = 0
        for p in range(POTIONS):
            if potions[i, p] != GONE:
                counts[i, 0, potions[i, p]] += 1
        for k in range(STONES):
            corner = stones[i, (clock[i, HAND] + k) % STONES]
            value = NO_VALUE
            if corner != GONE:
                value = (corner & 1) + (corner >> 1 & 1) + (corner >> 2 & 1)
            if k > 0:
                others[i, 0, k - 1] = value
                continue
            seen_value[i, 0, 0] = value
            for axis in range(AXES):
                seen_look[i, 0, axis] = NO_LOOK if corner == GONE else look[i, corner, axis] + 1
            for colour in range(COLOURS):
                legal[i, 0, colour] = corner != GONE and counts[i, 0, colour] > 0
            legal[i, 0, SELL] = corner != GONE
        legal[i, 0, NEXT] = True
