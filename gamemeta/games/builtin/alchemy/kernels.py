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
STEPS, ENDED, TOPS, CLOCK = 0, 1, 2, 3
"""Columns of a clock: steps so far, ended, best stones sold; and how many there are."""
TARGETS = POTIONS + 1
"""What a stone can go into: the cauldron, or one of the potions."""
ACTIONS = STONES * TARGETS + 1
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
    for i in range(actions.shape[0]):
        if actions[i, 0, 0] < 0 or actions[i, 0, 0] >= ACTIONS:
            return i
    for i in range(actions.shape[0]):
        reward[i, 0] = 0.0
        if clock[i, ENDED] == RUNNING:
            reward[i, 0] = act(reaction[i], stones[i], potions[i], clock[i], np.int64(actions[i, 0, 0]))
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
