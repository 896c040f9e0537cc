"""Whether a class is written against the contract of `Game`, and what to write instead where it is not."""

from typing import Any

from gamemeta.games.game import Game
from gamemeta_levels.family import LevelFamily

FACTS = {
    "stochastic": "stochastic",
    "plans": "has_plans",
    "early_cuts": "early_truncation",
    "live": "live",
    "compiled": "compiled",
    "has_map": "has_map",
    "has_picture": "has_picture",
    "alike": "interchangeable_seats",
    "guide": "guide",
    "recipe": "recipe",
    "test_levels": "test_levels",
}
"""Attributes that say nothing any more, and the field of `About` that does."""
METHODS = ("teams", "seat_names", "notes", "at_once")
"""What a game says as methods, not as attributes."""
FAMILY_FACTS = ("held_out", "action_names")


def game_mistake(game: Any) -> str | None:
    """What a game, or a class of games, should say otherwise; None where it is written as `Game` asks.

    Args:
        game: the class, or an object of it.
    """
    cls = game if isinstance(game, type) else type(game)
    if not issubclass(cls, Game):
        return (
            f"{cls.__name__} is no `gamemeta.games.game.Game`. Write `class {cls.__name__}(Game):`, and "
            "facts that differ from the defaults as `about = About(stochastic=True)`"
        )
    for name, fact in FACTS.items():
        if hasattr(game, name):
            return (
                f"`{name}` is not read. Write `about = About({fact}=...)`, with `gamemeta.games.about.About`"
            )
    if hasattr(game, "lend"):
        return "`lend` is not called. Call it `obs_arrays`"
    for name in METHODS:
        if not callable(getattr(game, name)):
            return f"`{name}` is an attribute. Write it as a method: `def {name}(self):`"
    return None


def family_mistake(family: Any) -> str | None:
    """What a level family should say otherwise; None where it is written as `LevelFamily` asks."""
    cls = type(family)
    if not isinstance(family, LevelFamily):
        return (
            f"{cls.__name__} is no `gamemeta_levels.family.LevelFamily`. Write `class "
            f"{cls.__name__}(LevelFamily):`, and facts that differ from the defaults as `about = "
            "FamilyAbout(held_out=False)`"
        )
    for name in FAMILY_FACTS:
        if hasattr(family, name):
            return (
                f"`{name}` is not read. Write `about = FamilyAbout({name}=...)`, with "
                "`gamemeta_levels.family.FamilyAbout`"
            )
    return None
