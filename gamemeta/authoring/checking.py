"""Short check of a game before it is trained."""

from gamemeta.errors import GameCheckError, GamemetaError
from gamemeta.games.blame import at, in_words, place_of
from gamemeta.games.check.check import check_game
from gamemeta.games.setup import GameSetup

SEEDS, STEPS = 4, 60


def quick_check(setup: GameSetup) -> None:
    """`check_game` on few levels and steps: a fraction of a second, once kernels are compiled.

    Args:
        setup: the game with the settings that it will be trained with.
    Raises:
        GameCheckError: the first contract found broken, or what the game's own code raised and where.
    """
    try:
        check_game(setup.game, seeds=SEEDS, steps=STEPS)
    except GamemetaError:
        raise
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # whatever the game raises
        raise GameCheckError(
            f"game {setup.name!r}: {in_words(error)}{at(place_of(error))}. A game has the methods of "
            "`gamemeta.games.game.Game`."
        ) from error
