"""The game `alchemy` in words: what actions are called, and what there is."""

from typing import Any

from gamemeta_levels.families.alchemy.chemistry import POTIONS, STONES
from gamemeta_levels.families.alchemy.family import COLOUR_NAMES
from gamemeta_levels.families.alchemy.planner_kernels import values_of

_LOOKS = (("blue", "purple", "red"), ("small", "medium", "large"), ("pointed", "rounded", "round"))
ACTION_NAMES = (
    "wait",
    *(
        name
        for stone in range(1, STONES + 1)
        for name in (
            f"sell stone {stone}",
            *(f"stone {stone} into potion {potion}" for potion in range(1, POTIONS + 1)),
        )
    ),
)
"""The 40 actions, in the order of the benchmark."""
HAND_ACTION_NAMES = (*(f"into {colour}" for colour in COLOUR_NAMES), "sell", "next stone")
"""The 8 actions with one stone at hand."""


def stone_words(corner: int, look: Any) -> str:
    """A stone as it looks and what it is worth: `small red round, worth 15`."""
    colour, size, shape = (names[int(seen) + 1] for names, seen in zip(_LOOKS, look[corner], strict=True))
    return f"{size} {colour} {shape}, worth {int(values_of(corner))}"


def drawn(stones: Any, potions: Any, look: Any, hand: int | None) -> str:
    """Every stone and potion that is left, and which stone is at hand."""
    lines = [
        f"stone {k + 1}: {stone_words(int(corner), look) if corner >= 0 else 'gone'}"
        f"{', at hand' if k == hand else ''}"
        for k, corner in enumerate(stones)
    ]
    left = [f"{k + 1} {COLOUR_NAMES[colour]}" for k, colour in enumerate(potions) if colour >= 0]
    return "\n".join([*lines, f"potions: {', '.join(left) or 'none'}"])


def happened(action: int, stones: Any, potions: Any, after: Any, look: Any) -> tuple[str, ...]:
    """What an action did, given stones and potions before and stones after."""
    if action == 0:
        return ()
    stone, target = divmod(action - 1, POTIONS + 1)
    corner = int(stones[stone])
    if corner < 0:
        return ()
    if target == 0:
        return (f"sold stone {stone + 1} for {int(values_of(corner))}",)
    colour = int(potions[target - 1])
    if colour < 0:
        return ()
    changed = int(after[stone])
    became = "stayed as it was" if changed == corner else f"became {stone_words(changed, look)}"
    return (f"stone {stone + 1} in {COLOUR_NAMES[colour]} {became}",)
