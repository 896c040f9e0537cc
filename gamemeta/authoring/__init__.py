"""For authors of games: a family out of a few plain functions, a quick check, and packages to begin with.

Names are imported when they are first asked for.
"""

from typing import TYPE_CHECKING, Any

from gamemeta_levels.packages import attribute

if TYPE_CHECKING:
    from gamemeta.authoring.array_game import ArrayGame
    from gamemeta.authoring.checking import quick_check
    from gamemeta.authoring.package import write_package
    from gamemeta.games.about import About
    from gamemeta_levels.families.drawn_family import DrawnFamily
    from gamemeta_levels.families.draws import Draws
    from gamemeta_levels.family import FamilyAbout

_HOME = {
    "About": "gamemeta.games.about",
    "ArrayGame": "gamemeta.authoring.array_game",
    "DrawnFamily": "gamemeta_levels.families.drawn_family",
    "Draws": "gamemeta_levels.families.draws",
    "FamilyAbout": "gamemeta_levels.family",
    "quick_check": "gamemeta.authoring.checking",
    "write_package": "gamemeta.authoring.package",
}

__all__ = ["About", "ArrayGame", "DrawnFamily", "Draws", "FamilyAbout", "quick_check", "write_package"]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'gamemeta.authoring' has no attribute {name!r}")
    return attribute(_HOME[name], name)


def __dir__() -> list[str]:
    return sorted(__all__)
