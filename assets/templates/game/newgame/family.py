"""The levels: doors in a row, each of which opens to one of four buttons."""

from dataclasses import dataclass
from types import MappingProxyType

from gamemeta.authoring import DrawnFamily, Draws, FamilyAbout
from gamemeta_levels import Level, LevelError
from gamemeta_levels.errors import ConfigError
from gamemeta_levels.tiles import DOOR, SPAWN

BUTTONS = ("red", "green", "blue", "yellow")
MOST_DOORS = 12


@dataclass(frozen=True, kw_only=True)
class NewParameters:
    """Ranges that a level is drawn from, both ends included."""

    doors: tuple[int, int] = (3, 6)
    """Range of the number of doors, 1 to 12."""

    def __post_init__(self) -> None:
        low, high = self.doors
        if not 1 <= low <= high <= MOST_DOORS:
            raise ConfigError(f"doors = {low}..{high}: give 1 <= low <= high <= {MOST_DOORS}.")


class NewFamily(DrawnFamily):
    """Doors in a row. Hidden: `code`, the button that opens each door.

    gamemeta keeps levels whose content falls into the test split away from training, and takes plans
    from `solve`; `mutate`, made of `changed`, is for tools that look for hard levels.
    """

    name = "newgame"
    about = FamilyAbout(action_names=BUTTONS)
    Parameters = NewParameters
    sides = (1, 1 + MOST_DOORS)
    hidden = MappingProxyType({"code": MOST_DOORS})  # how many numbers at most

    def draw(self, draws: Draws) -> Level:
        doors = draws.between(*self.parameters.doors)
        return self.level([draws.below(len(BUTTONS)) for _ in range(doors)])

    def level(self, code: list[int]) -> Level:
        """The level of this code: a spawn, then a door for each button."""
        return Level(family=self.name, tiles=[[SPAWN] + [DOOR] * len(code)], hidden={"code": code})

    def solve(self, level: Level) -> list[int]:
        code = list(level.hidden["code"])
        if not code or level != self.level(code) or not all(0 <= b < len(BUTTONS) for b in code):
            raise LevelError("draw S, then a D for each button 0..3 of the hidden `code`.")
        return code

    def changed(self, level: Level, draws: Draws) -> Level:
        """Another button for one door."""
        code = list(level.hidden["code"])
        code[draws.below(len(code))] = draws.below(len(BUTTONS))
        return self.level(code)

    def far(self) -> "NewFamily":
        """Up to three doors more than any level of training has."""
        most = self.parameters.doors[1]
        if most == MOST_DOORS:
            raise ConfigError(f"there are no far levels: doors = {self.parameters.doors} are all there are.")
        beyond = (most + 1, min(most + 3, MOST_DOORS))
        return NewFamily(NewParameters(doors=beyond))
