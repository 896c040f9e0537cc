"""Level arrays that were changed by hand are refused before a compiled game reads them."""

import numpy as np
import pytest

from gamemeta.errors import LevelError
from gamemeta.games.game import StepBuffers
from gamemeta.games.registry import make_game
from gamemeta_levels.family import generate_arrays
from gamemeta_levels.tiles import EXIT_1, PLAYER_3

GAMES = (
    "maze",
    "dungeon",
    "tag",
    "bandit",
    "mdp",
    "grid",
    "navigation",
    "corridor",
    "darkroom",
    "keydoor",
    "popgym/battleship",
    "xland",
)


def begun(name, change, mask=(True, True)):
    """Reset two games on levels of which the second was changed."""
    game = make_game(name, 2)
    levels = generate_arrays(game.family(), [0, 1], "any")
    change(levels)
    game.reset(levels, np.array(mask), StepBuffers.empty(game))


def put(name, place, value):
    def change(levels):
        array = getattr(levels, name) if hasattr(levels, name) else levels.more[name]
        array[(1, *place)] = value

    return change


def cast(name, to):
    def change(levels):
        setattr(levels, name, to(getattr(levels, name)))

    return change


@pytest.mark.parametrize("name", GAMES)
@pytest.mark.parametrize(
    "change",
    [
        put("size", (0,), 0),
        put("size", (1,), -3),
        put("size", (slice(None),), 1000),
        put("spawn", (0,), -1),
        put("spawn", (1,), 10**6),
        put("goal", (1,), -1),
        put("goal", (0,), 10**6),
        put("tiles", (0, 0), 200),
        cast("tiles", lambda a: a.astype(np.int64)),
        cast("size", lambda a: a[:1]),
        cast("size", lambda a: a.astype(np.float64)),
        cast("distance", lambda a: a[:, :1, :-1]),
        cast("chance", lambda a: a[:1]),
    ],
)
def test_what_would_be_read_out_of_bounds_is_refused(name, change):
    with pytest.raises(LevelError, match="fit no game"):
        begun(name, change)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("dungeon", put("tiles", (0, 0), EXIT_1)),
        ("dungeon", put("tiles", (0, 0), PLAYER_3)),
        ("dungeon", lambda levels: levels.more.update(hidden=levels.more["hidden"][:, :9])),
        ("dungeon", lambda levels: levels.more.update(key_distance=levels.more["key_distance"][:, :2])),
        ("tag", put("size", (0,), 3)),
        ("tag", put("size", (0,), 8)),
        ("tag", put("spots", (5, 0), -1)),
        ("tag", put("spots", (0, 1), 4)),
        ("tag", put("others", (0,), 1000)),
        ("tag", put("others", (8,), -1)),
        ("tag", lambda levels: levels.more.update(others=levels.more["others"][:, :3])),
    ],
)
def test_what_a_game_reads_besides_is_looked_at_too(name, change):
    with pytest.raises(LevelError, match="fit no game"):
        begun(name, change)


@pytest.mark.parametrize("name", GAMES)
def test_rows_that_do_not_begin_are_not_looked_at(name):
    begun(name, put("size", (0,), 1000), mask=(True, False))
    begun(name, lambda levels: None)
