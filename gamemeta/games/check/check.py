"""`check_game`: does a game keep the contract of `gamemeta.games.game.Game`?

Every game of ours passes it in the tests. Run it on your own, too::

    from gamemeta import check_game
    check_game(lambda n: MyGame(n))
"""

from gamemeta.games.check import episodes, plans, repetition, values
from gamemeta.games.check.case import Case
from gamemeta.games.game import GameFactory
from gamemeta.games.outside.one_level.apart import worlds_apart
from gamemeta_levels.family import LevelArrays

CONTRACTS = (
    values.check_spec,
    values.check_legal_labels,
    episodes.check_results,
    episodes.check_step_limit,
    repetition.check_determinism,
    repetition.check_chance,
    episodes.check_all_is_written,
    repetition.check_alone,
    repetition.check_order,
    episodes.check_partial_reset,
    episodes.check_shared_arrays,
    repetition.check_save_and_load,
    values.check_refused_actions,
    plans.check_plans,
)


def check_game(
    make: GameFactory, *, levels: LevelArrays | None = None, seeds: int = 16, steps: int = 200
) -> None:
    """Play a game in many ways and compare what it does with what a game promises.

    Covered: the spec, masks of legal actions, determinism, where chance comes from, no write outside
    the caller's buffers and none left out, partial resets, arrays of the game's own, termination against
    truncation, save and load, independence of how many games are played and in which order, refused actions,
    par and labels.
    Truncation is only seen on levels whose step limit is at most `steps`.

    Args:
        make: builds the game for n levels.
        levels: what to play; the family's levels 0..seeds - 1 when None.
        seeds: how many levels to generate.
        steps: length of a play with random actions, at least 4.

    Raises:
        GameCheckError: the first contract found broken: where, and what to do about it.
    """
    with worlds_apart():
        case = Case.build(make, levels, seeds, steps)
        for check in CONTRACTS:
            check(case)
