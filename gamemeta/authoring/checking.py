"""A quick look at somebody's game before it is trained."""

import traceback
from typing import Any

from gamemeta.errors import GameCheckError, GamemetaError
from gamemeta.games.check.check import check_game
from gamemeta.games.registry import game_class

SEEDS, STEPS = 4, 60


def quick_check(name: str, config: Any = None) -> None:
    """`check_game` on few levels and steps: a fraction of a second, once kernels are compiled.

    Args:
        name: of the game.
        config: the settings that it will be trained with; its defaults if None.
    Raises:
        GameCheckError: the first contract found broken, or what the game's own code raised and where.
        UnknownName, PluginError: as `game_class`.
    """
    cls = game_class(name)
    try:
        check_game(lambda n: cls(n, config), seeds=SEEDS, steps=STEPS)
    except GamemetaError:
        raise
    except Exception as error:  # whatever somebody else's code raises
        last = traceback.extract_tb(error.__traceback__)[-1]
        raise GameCheckError(
            f"game {name!r}: {type(error).__name__}: {error} ({last.filename}, line {last.lineno}). "
            "A game has the methods of `gamemeta.games.game.Game`."
        ) from error
