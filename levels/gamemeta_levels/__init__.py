"""The task distribution: levels, the families that generate them, splits and level files.

Names are imported when they are first asked for, so that `import gamemeta_levels` costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gamemeta_levels.errors import GamemetaError, LevelError, UnsolvableLevel
    from gamemeta_levels.families.maze.family import Maze, MazeParameters
    from gamemeta_levels.family import LevelArrays, LevelFamily, generate, generate_arrays
    from gamemeta_levels.formats import read_level, resolve, write_level
    from gamemeta_levels.inspection.inspect import Inspection, inspect_generated, inspect_levels
    from gamemeta_levels.level import Entity, Level
    from gamemeta_levels.registry import family_class
    from gamemeta_levels.split import split_of

_HOME = {
    "Entity": "level",
    "GamemetaError": "errors",
    "Inspection": "inspection.inspect",
    "Level": "level",
    "LevelArrays": "family",
    "LevelError": "errors",
    "LevelFamily": "family",
    "Maze": "families.maze.family",
    "MazeParameters": "families.maze.family",
    "UnsolvableLevel": "errors",
    "family_class": "registry",
    "generate": "family",
    "generate_arrays": "family",
    "inspect_generated": "inspection.inspect",
    "inspect_levels": "inspection.inspect",
    "read_level": "formats",
    "resolve": "formats",
    "split_of": "split",
    "write_level": "formats",
}

__all__ = [
    "Entity",
    "GamemetaError",
    "Inspection",
    "Level",
    "LevelArrays",
    "LevelError",
    "LevelFamily",
    "Maze",
    "MazeParameters",
    "UnsolvableLevel",
    "family_class",
    "generate",
    "generate_arrays",
    "inspect_generated",
    "inspect_levels",
    "read_level",
    "resolve",
    "split_of",
    "write_level",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'gamemeta_levels' has no attribute {name!r}")
    return import_module("gamemeta_levels.packages").attribute(f"gamemeta_levels.{_HOME[name]}", name)


def __dir__() -> list[str]:
    return sorted(__all__)
