"""A game and its level family with the settings that an agent file or a checkpoint states."""

from collections.abc import Mapping
from typing import Any

from gamemeta.config import make
from gamemeta.games.game import Game, game_class
from gamemeta_levels.family import LevelFamily


def restored_game(name: str, config: Mapping[str, Any], n: int) -> Game:
    """N games.

    Args:
        name: of the game.
        config: plain values, by field of its config.
        n: how many side by side.
    Raises:
        UnknownName: no such game is installed.
        ConfigError: the settings are not those of this game.
    """
    cls = game_class(name)
    game: Game = cls(n, make(cls.Config, config, "game"))
    return game


def restored_family(name: str, config: Mapping[str, Any], parameters: Mapping[str, Any]) -> LevelFamily:
    """The level family that the game plays, with plain values by field of its parameters.

    Raises:
        UnknownName, ConfigError: as `restored_game`.
    """
    cls = game_class(name)
    return restored_game(name, config, 1).family(make(cls.Parameters, parameters, "levels"))
