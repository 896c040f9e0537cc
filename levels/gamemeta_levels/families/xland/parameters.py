"""What levels of the family `xland` are drawn from."""

from dataclasses import dataclass

from gamemeta_levels.errors import ConfigError
from gamemeta_levels.families.xland.rooms import KINDS_OF_ROOMS, sides_of
from gamemeta_levels.families.xland.rulesets import TASK_SETS


@dataclass(frozen=True, kw_only=True)
class XLandParameters:
    """What rulesets are drawn from, and the grid that they are played in."""

    tasks: str = "small"
    """Task set that rulesets are drawn from: `trivial`, `small`, `medium` or `high`, each with a deeper tree
    of rules than the one before."""
    rooms: int = 1
    """Number of rooms, with doors between them: 1, 2, 4, 6 or 9."""
    side: int = 9
    """Height and width of the grid, in tiles, walls included: 9 to 25. Of four rooms it is odd, of six 13, 17
    or 19, and of nine 16, 19, 22 or 25."""

    def __post_init__(self) -> None:
        if self.tasks not in TASK_SETS:
            raise ConfigError(f"tasks = {self.tasks!r}: give {', '.join(TASK_SETS)}.")
        if self.rooms not in KINDS_OF_ROOMS:
            raise ConfigError(f"rooms = {self.rooms}: give {', '.join(map(str, KINDS_OF_ROOMS))}.")
        sides = sides_of(self.rooms)
        if self.side not in sides:
            which = ", ".join(map(str, sides))
            raise ConfigError(f"side = {self.side}: a grid of {self.rooms} rooms has {which}.")
