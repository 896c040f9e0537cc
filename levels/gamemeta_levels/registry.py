"""Level families by name."""

from collections.abc import Callable

from gamemeta_levels.family import LevelFamily
from gamemeta_levels.packages import for_training
from gamemeta_levels.plugins import all_of, find, offered

ENTRY_POINTS = "gamemeta.families"


def families() -> dict[str, Callable[..., LevelFamily]]:
    """Every family that can be imported, by name."""
    every: dict[str, Callable[..., LevelFamily]] = all_of("level family", included(), ENTRY_POINTS)
    return every


def plugin_names() -> dict[str, str]:
    """Families that other packages offer, some of which may be broken, each with its package."""
    return offered(included(), ENTRY_POINTS)


def family_class(name: str) -> Callable[..., LevelFamily]:
    """The family of this name; called without arguments it has its default parameters.

    Raises:
        UnknownName: with the names that exist.
        PluginError: the package that offers it cannot be imported.
    """
    cls: Callable[..., LevelFamily] = find("level family", name, included(), ENTRY_POINTS)
    return cls


@for_training()
def included() -> dict[str, Callable[..., LevelFamily]]:
    """The families that come with gamemeta, by name."""
    from gamemeta_levels.families.alchemy.family import Alchemy
    from gamemeta_levels.families.arena.family import Arena
    from gamemeta_levels.families.bandit.family import Bandit
    from gamemeta_levels.families.corridor.family import Corridor
    from gamemeta_levels.families.darkroom.family import DarkRoom
    from gamemeta_levels.families.dungeon.family import Dungeon
    from gamemeta_levels.families.grid.family import HiddenGoal
    from gamemeta_levels.families.keydoor.family import KeyDoor
    from gamemeta_levels.families.maze.family import Maze
    from gamemeta_levels.families.mdp.family import TabularMDP
    from gamemeta_levels.families.navigation.family import Navigation
    from gamemeta_levels.families.popgym.family import POPGymLevels
    from gamemeta_levels.families.xland.family import XLand

    return {
        Maze.name: Maze,
        Dungeon.name: Dungeon,
        Bandit.name: Bandit,
        TabularMDP.name: TabularMDP,
        HiddenGoal.name: HiddenGoal,
        DarkRoom.name: DarkRoom,
        KeyDoor.name: KeyDoor,
        Navigation.name: Navigation,
        Corridor.name: Corridor,
        POPGymLevels.name: POPGymLevels,
        XLand.name: XLand,
        Arena.name: Arena,
        Alchemy.name: Alchemy,
    }
