"""The ranges that arenas, and the styles of the others in them, are drawn from."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.errors import ConfigError
from gamemeta_levels.families.arena.styles import THOUSAND

LEAST_SIDE, MOST_SIDE = 7, 63
"""Smallest and largest height or width of an arena, tiles."""

_RANGES = {
    "height": (LEAST_SIDE, MOST_SIDE),
    "width": (LEAST_SIDE, MOST_SIDE),
    "walls": (0, MOST_SIDE**2),
    "cover": (0, MOST_SIDE**2),
    "ammunition": (0, 100),
    "loads": (0, 100),
    "spawn_distance": (1, 2 * MOST_SIDE),
}
"""The ranges in the order in which kernels read them, and how far each may go."""
_SHARES = ("style", "skill")


@dataclass(frozen=True, kw_only=True)
class ArenaParameters:
    """Ranges that an arena and the others in it are drawn from, both ends included."""

    height: tuple[int, int] = (9, 9)
    """Height in tiles; odd, 7 to 63."""
    width: tuple[int, int] = (9, 9)
    """Width in tiles; odd, 7 to 63."""
    walls: tuple[int, int] = (1, 4)
    """Pairs of inner walls; the halves of a pair mirror each other, here and below."""
    cover: tuple[int, int] = (0, 0)
    """Pairs of tiles that give cover."""
    ammunition: tuple[int, int] = (0, 0)
    """Pairs of ammunition."""
    loads: tuple[int, int] = (0, 0)
    """Pairs of loads."""
    spawn_distance: tuple[int, int] = (2, 3)
    """Steps from the starting places to the middle."""
    style: tuple[float, float] = (0.1, 0.9)
    """Range of the numbers, each within 0 to 1, that make the habits of the other players; the upper end
    is excluded."""
    extreme: bool = False
    """Draw those numbers from outside that range instead."""
    skill: tuple[float, float] = (0.8, 1.0)
    """Skill of the other players, 0 to 1."""

    def __post_init__(self) -> None:
        for name, (least, most) in _RANGES.items():
            low, high = getattr(self, name)
            if not least <= low <= high <= most:
                raise ConfigError(
                    f"{name} = {low}..{high}: give two numbers, {least} <= low <= high <= {most}."
                )
        for name in ("height", "width"):
            low, high = getattr(self, name)
            if not (low % 2 and high % 2):
                raise ConfigError(f"{name} = {low}..{high}: an arena has a middle; give two odd numbers.")
        for name in _SHARES:
            low, high = getattr(self, name)
            if not 0.0 <= low <= high <= 1.0:
                raise ConfigError(f"{name} = {low}..{high}: give two shares, 0 <= low <= high <= 1.")
        inside = round(self.style[1] * THOUSAND) - round(self.style[0] * THOUSAND)
        if inside == (THOUSAND if self.extreme else 0):
            raise ConfigError(
                f"style = {self.style[0]}..{self.style[1]} with extreme = {self.extreme}: no style is left."
            )

    def far(self) -> Self:
        """Arenas 2 to 4 tiles larger on each side, against styles outside of the range.

        Raises:
            ConfigError: there is nothing outside.
        """
        if max(self.height[1], self.width[1]) + 2 > MOST_SIDE:
            raise ConfigError(
                f"there are no far arenas: sides go up to {MOST_SIDE} tiles. Keep height and width below."
            )
        return replace(self, height=_beyond(self.height), width=_beyond(self.width), extreme=not self.extreme)

    def ranges(self) -> NDArray[np.int64]:
        """int64 [7, 2] as the kernels read them."""
        return np.array([getattr(self, name) for name in _RANGES], np.int64)

    def others(self) -> NDArray[np.int64]:
        """int64 [5] as the kernels read them: range of styles, whether outside of it, range of skill."""
        style, skill = ([round(x * THOUSAND) for x in getattr(self, name)] for name in _SHARES)
        return np.array([*style, self.extreme, *skill], np.int64)


def _beyond(side: tuple[int, int]) -> tuple[int, int]:
    return min(side[1] + 2, MOST_SIDE), min(side[1] + 4, MOST_SIDE)
