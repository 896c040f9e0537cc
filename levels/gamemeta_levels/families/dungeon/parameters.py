"""The ranges that dungeons are drawn from."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.errors import ConfigError
from gamemeta_levels.families.dungeon.rules.constants import MOST_MONSTERS
from gamemeta_levels.level import MAX_SIDE

LEAST_SIDE = 7
"""Smallest height or width of a generated dungeon, tiles."""
MOST_ROOMS = 64
MOST_THINGS = 1000

_RANGES = {
    "height": (LEAST_SIDE, MAX_SIDE),
    "width": (LEAST_SIDE, MAX_SIDE),
    "rooms": (1, MOST_ROOMS),
    "gold": (0, MOST_THINGS),
    "potions": (0, MOST_THINGS),
    "scrolls": (0, MOST_THINGS),
    "traps": (0, MOST_THINGS),
    "monsters": (0, MOST_MONSTERS),
    "vaults": (0, MOST_ROOMS),
}
"""The ranges in the order in which kernels read them, and how far each may go."""


@dataclass(frozen=True, kw_only=True)
class DungeonParameters:
    """Ranges that a dungeon is drawn from, both ends included."""

    height: tuple[int, int] = (9, 11)
    """Height in tiles; at least 7."""
    width: tuple[int, int] = (9, 11)
    """Width in tiles; at least 7."""
    rooms: tuple[int, int] = (2, 4)
    """Rooms of a level that is no cave."""
    caves: float = 0.25
    """Share of levels that are caves instead of rooms."""
    gold: tuple[int, int] = (2, 4)
    """Pieces of gold."""
    potions: tuple[int, int] = (2, 4)
    """Potions, each of one of four colours."""
    scrolls: tuple[int, int] = (0, 2)
    """Scrolls, each of one of three colours."""
    traps: tuple[int, int] = (0, 2)
    """Traps."""
    monsters: tuple[int, int] = (0, 2)
    """Monsters, each of one of three kinds; at most 12."""
    vaults: tuple[int, int] = (0, 1)
    """Chests behind doors that need a key of their own."""
    exit_distance: int = 5
    """Fewest steps from start to exit, without the way to the key."""
    shuffled_moves: bool = False
    """Draw for each level which action moves up, down, left and right."""

    def __post_init__(self) -> None:
        for name, (least, most) in _RANGES.items():
            low, high = getattr(self, name)
            if not least <= low <= high <= most:
                raise ConfigError(
                    f"{name} = {low}..{high}: give two numbers, {least} <= low <= high <= {most}."
                )
        if not 0.0 <= self.caves <= 1.0:
            raise ConfigError(f"caves = {self.caves}: give a share from 0 to 1.")
        longest = self.height[0] + self.width[0]
        if not 1 <= self.exit_distance <= longest:
            raise ConfigError(
                f"exit_distance = {self.exit_distance}: with these sizes it must lie in 1..{longest}."
            )

    def far(self) -> "DungeonParameters":
        """Levels 2 to 4 tiles larger on each side than any trained on, with more monsters and traps.

        Raises:
            ConfigError: there are no larger levels.
        """
        if min(self.height[1], self.width[1]) == MAX_SIDE:
            raise ConfigError(
                f"there are no far dungeons: height = {self.height[0]}..{self.height[1]} and width = "
                f"{self.width[0]}..{self.width[1]} leave no larger side. Keep them below {MAX_SIDE}."
            )
        return replace(
            self,
            height=_beyond(self.height[1], 2, 4, MAX_SIDE),
            width=_beyond(self.width[1], 2, 4, MAX_SIDE),
            rooms=_beyond(self.rooms[1], 0, 2, MOST_ROOMS),
            traps=_beyond(self.traps[1], 1, 2, MOST_THINGS),
            monsters=_beyond(self.monsters[1], 1, 2, MOST_MONSTERS),
        )

    def ranges(self) -> NDArray[np.int64]:
        """int64 [9, 2] as the kernels read them."""
        return np.array([getattr(self, name) for name in _RANGES], np.int64)

    def settings(self) -> NDArray[np.int64]:
        """int64 [3] as the kernels read them."""
        return np.array([round(self.caves * 1000), self.exit_distance, self.shuffled_moves], np.int64)


def _beyond(high: int, least: int, most: int, bound: int) -> tuple[int, int]:
    return min(high + least, bound), min(high + most, bound)
