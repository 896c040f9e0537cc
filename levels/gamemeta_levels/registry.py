"""Level families by name."""

from collections.abc import Callable

from gamemeta_levels.family import LevelFamily
from gamemeta_levels.on_demand import OnDemand
from gamemeta_levels.plugins import all_of, find, offered

ENTRY_POINTS = "gamemeta.families"
INCLUDED = OnDemand(
    {
        "maze": "gamemeta_levels.families.maze.family:Maze",
        "dungeon": "gamemeta_levels.families.dungeon.family:Dungeon",
        "bandit": "gamemeta_levels.families.bandit.family:Bandit",
        "mdp": "gamemeta_levels.families.mdp.family:TabularMDP",
        "grid": "gamemeta_levels.families.grid.family:HiddenGoal",
        "darkroom": "gamemeta_levels.families.darkroom.family:DarkRoom",
        "keydoor": "gamemeta_levels.families.keydoor.family:KeyDoor",
        "navigation": "gamemeta_levels.families.navigation.family:Navigation",
        "corridor": "gamemeta_levels.families.corridor.family:Corridor",
        "popgym": "gamemeta_levels.families.popgym.family:POPGymLevels",
        "xland": "gamemeta_levels.families.xland.family:XLand",
        "arena": "gamemeta_levels.families.arena.family:Arena",
        "alchemy": "gamemeta_levels.families.alchemy.family:Alchemy",
    }
)
"""The families that come with gamemeta."""


def families() -> dict[str, Callable[..., LevelFamily]]:
    """Every family that can be imported, by name."""
    every: dict[str, Callable[..., LevelFamily]] = all_of("level family", INCLUDED, ENTRY_POINTS)
    return every


def plugin_names() -> dict[str, str]:
    """Families that other packages offer, some of which may be broken, each with its package."""
    return offered(INCLUDED, ENTRY_POINTS)


def family_class(name: str) -> Callable[..., LevelFamily]:
    """The family of this name; called without arguments it has its default parameters.

    Raises:
        UnknownName: with the names that exist.
        PluginError: the package that offers it cannot be imported.
    """
    cls: Callable[..., LevelFamily] = find("level family", name, INCLUDED, ENTRY_POINTS)
    return cls
