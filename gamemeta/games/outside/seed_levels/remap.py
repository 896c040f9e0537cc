"""The mapping of a level from the agent's actions to the game's, which players have to discover.

For each head it is a permutation of its codes, and for each number a sign: 1, or -1 which mirrors the number
within its bounds.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.spec import ActionSpec
from gamemeta_levels.families.draws import Draws


def mapping_length(action: ActionSpec) -> int:
    """Whole numbers of a mapping."""
    return sum(action.heads) + action.continuous


def draw_mapping(action: ActionSpec, draws: Draws) -> tuple[int, ...]:
    """Any mapping, each with the same probability."""
    mapping: list[int] = []
    for choices in action.heads:
        codes = list(range(choices))
        for k in reversed(range(1, choices)):
            other = draws.below(k + 1)
            codes[k], codes[other] = codes[other], codes[k]
        mapping += codes
    return (*mapping, *(1 - 2 * draws.below(2) for _ in action.low))


def check_mapping(action: ActionSpec, mapping: tuple[int, ...]) -> None:
    """Raises ValueError unless this is a mapping for these actions."""
    start = 0
    for choices in action.heads:
        if sorted(mapping[start : start + choices]) != list(range(choices)):
            raise ValueError(f"its actions {mapping} do not rearrange those of the game")
        start += choices
    signs = mapping[start:]
    if len(signs) != action.continuous or not all(sign in (1, -1) for sign in signs):
        raise ValueError(f"its actions {mapping} need a sign, 1 or -1, for each number")


def remapped(action: ActionSpec, mapping: tuple[int, ...], row: NDArray[Any]) -> NDArray[Any]:
    """What an agent's action [heads + numbers] really does."""
    real, start = row.copy(), 0
    for k, choices in enumerate(action.heads):
        real[k] = mapping[start + int(row[k])]
        start += choices
    for k, (low, high) in enumerate(zip(action.low, action.high, strict=True), start=len(action.heads)):
        if mapping[start] < 0:
            real[k] = low + high - row[k]
        start += 1
    return real


def remapped_mask(action: ActionSpec, mapping: tuple[int, ...], mask: Any) -> NDArray[Any]:
    """Which of an agent's choices are legal, [choices of all heads], by which of the game's are."""
    real, start = np.ravel(mask), 0
    order: list[int] = []
    for choices in action.heads:
        order += [start + code for code in mapping[start : start + choices]]
        start += choices
    return real[order]
