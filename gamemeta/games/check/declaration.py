"""Contracts about what a game says of itself."""

from gamemeta.games.check.recording import (
    contract_error,
)
from gamemeta.games.contract import family_mistake, game_mistake
from gamemeta.games.game import Game


def check_declaration(game: Game) -> None:
    """The game and its family say what they are in full, and without contradiction."""
    for what, mistake in (("", game_mistake(game)), ("its family: ", family_mistake(game.family()))):
        if mistake is not None:
            where, _, advice = mistake.partition(". ")
            raise contract_error(game, what + where, f"{advice}.")
    if game.seats < 1 or not game.spec.obs:
        raise contract_error(
            game,
            "it needs a seat and an observation",
            "Look at `seats` and `spec`.",
        )
    for name, classes in game.labels.items():
        if not 1 <= classes <= 8:
            raise contract_error(
                game,
                f"label {name!r} has {classes} classes",
                "A label is a bit mask in a uint8: give 1 to 8 classes.",
            )
