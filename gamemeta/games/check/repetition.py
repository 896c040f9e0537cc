"""Contracts about repetition: the same levels and actions give the same play, alone or beside others."""

import numpy as np

from gamemeta.games.check.case import Case, chance_seeds, play_on
from gamemeta.games.check.moves import legal_actions
from gamemeta.games.check.recording import (
    Player,
    contract_error,
    first_difference,
    record,
)

ALONE = 4
"""How many games are also played alone."""


def check_determinism(case: Case) -> None:
    """The same levels and actions give the same results again."""
    case.compare(
        record(Player(case.make, case.n), case.levels, case.actions),
        "the same levels and actions gave other results in a second play",
        "Draw chance from what the game is given (the level or its seed, `rng` of `reset(self, level, rng)`, "
        "`levels.chance`), never from a global generator or the clock.",
    )


def check_chance(case: Case) -> None:
    """Other chance changes something in a stochastic game, and nothing in any other."""
    other = case.levels.take(np.arange(case.n))
    other.chance = chance_seeds(case.n, case.n)
    player = Player(case.make, case.n)
    recording = record(player, other, legal_actions(player, other, case.actions))
    if not case.game.about.stochastic:
        case.compare(
            recording,
            "`levels.chance` changes a game that is not `stochastic`",
            "Write `about = About(stochastic=True)` in the class, or leave `levels.chance` unread.",
        )
    elif case.game.about.chance_shows and first_difference(case.recording, recording) is None:
        raise contract_error(
            case.game,
            "it is `stochastic`, but other chance gives the same play",
            "Draw chance from `levels.chance`, or leave `stochastic` out of `about`.",
        )


def check_alone(case: Case) -> None:
    """A level played alone goes as it does among others."""
    for i in range(min(case.n, ALONE)):
        row = slice(i, i + 1)
        case.compare(
            record(Player(case.make, 1), case.levels.take(row), case.actions[:, row]),
            f"level {i} played alone goes otherwise than among {case.n}",
            "Let game i depend on level i and its own actions alone.",
            wanted={name: array[:, row] for name, array in case.recording.items()},
        )


def check_order(case: Case) -> None:
    """Levels in another order go as before."""
    order = np.random.default_rng(1).permutation(case.n)
    case.compare(
        record(Player(case.make, case.n), case.levels.take(order), case.actions[:, order]),
        "the same levels in another order go otherwise",
        "Let game i depend on level i and its own actions alone.",
        wanted={name: array[:, order] for name, array in case.recording.items()},
    )


def check_save_and_load(case: Case) -> None:
    """A saved game goes on identically: in the same place, and in another game at another index."""
    start = case.middle
    player = Player(case.make, case.n)
    record(player, case.levels, case.actions[:start])
    saved = [player.game.save(i) for i in range(case.n)]
    if not all(isinstance(data, bytes) for data in saved):
        raise contract_error(case.game, "`save` did not give bytes", "Return bytes.")
    wanted = {name: array[start + 1 :] for name, array in case.recording.items()}
    rest = case.actions[start:]
    advice = "Put everything that a game depends on into `save`, its level included."
    case.compare(play_on(player, rest), "`save` changed the game", advice, wanted)
    for i, data in enumerate(saved):
        player.game.load(i, data)
    case.compare(play_on(player, rest), "after `load` into the same game", advice, wanted)
    rows = np.concatenate([np.arange(case.n)[::-1], np.arange(case.n)])
    other = Player(case.make, len(rows))
    for i, row in enumerate(rows):
        other.game.load(i, saved[row])
    case.compare(
        play_on(other, rest[:, rows]),
        f"after `load` into a new game of {len(rows)} levels, at other indices",
        advice,
        wanted={name: array[:, rows] for name, array in wanted.items()},
    )
