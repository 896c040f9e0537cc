"""`check_game`: does a game keep the contract of `gamemeta.games.game.Game`?

Every game of ours passes it in the tests. Run it on your own, too:

    from gamemeta import check_game
    check_game(lambda n: MyGame(n))
"""

from gamemeta.games.check import contracts
from gamemeta.games.check.contracts import Case
from gamemeta.games.game import GameFactory
from gamemeta_levels.family import LevelArrays

CONTRACTS = (
    contracts.check_spec,
    contracts.check_legal_labels,
    contracts.check_results,
    contracts.check_step_limit,
    contracts.check_determinism,
    contracts.check_chance,
    contracts.check_all_is_written,
    contracts.check_alone,
    contracts.check_order,
    contracts.check_partial_reset,
    contracts.check_lent,
    contracts.check_save_and_load,
    contracts.check_refused_actions,
    contracts.check_plans,
)


def check_game(
    make: GameFactory, *, levels: LevelArrays | None = None, seeds: int = 16, steps: int = 200
) -> None:
    """Play a game in many ways and compare what it does with what a game promises.

    Covered: the spec, masks of legal actions, determinism, where chance comes from, no write outside
    the caller's buffers and none left out, partial resets, lent arrays, termination against truncation,
    save and load, independence of how many games are played and in which order, refused actions, par and
    labels.
    Truncation is only seen on levels whose step limit is at most `steps`.

    Args:
        make: builds the game for n levels.
        levels: what to play; the family's levels 0..seeds - 1 when None.
        seeds: how many levels to generate.
        steps: length of a play with random actions, at least 4.

    Raises:
        GameCheckError: the first contract found broken: where, and what to do about it.
    """
    case = Case.build(make, levels, seeds, steps)
    for check in CONTRACTS:
        check(case)
