"""For authors of games: a family out of a few plain functions, a quick check, and packages to begin with.

Names are imported when they are first asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gamemeta.authoring.array_game import ArrayGame
    from gamemeta.authoring.checking import quick_check
    from gamemeta.authoring.drawn_family import DrawnFamily
    from gamemeta.authoring.draws import Draws
    from gamemeta.authoring.package import write_package

_HOME = {
    "ArrayGame": "array_game",
    "DrawnFamily": "drawn_family",
    "Draws": "draws",
    "quick_check": "checking",
    "write_package": "package",
}

__all__ = ["ArrayGame", "DrawnFamily", "Draws", "quick_check", "write_package"]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'gamemeta.authoring' has no attribute {name!r}")
    return getattr(import_module(f"gamemeta.authoring.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
