"""The game `corridor` beside a plain twin: what is seen, what pays, and what is refused."""

import struct

import numpy as np
import pytest

from gamemeta.errors import ConfigError, LevelError, SpecError
from gamemeta.games.builtin.corridor.game import CorridorConfig, CorridorGame
from gamemeta.games.check.check import check_game
from gamemeta.games.game import StepBuffers
from gamemeta_levels.families.corridor.family import LONGEST, Corridor, CorridorParameters
from gamemeta_levels.family import generate_arrays

N, SHORTEST, LONGER = 40, 1, 6
FAMILY = Corridor(CorridorParameters(length=(SHORTEST, LONGER)))


@pytest.fixture(scope="module")
def levels():
    return generate_arrays(FAMILY, range(N), "test")


def begun(levels, **settings):
    game = CorridorGame(N, CorridorConfig(**settings))
    out = StepBuffers.empty(game)
    game.reset(levels, np.ones(N, np.bool_), out)
    return game, out


@pytest.mark.parametrize("revealed", [False, True])
def test_it_keeps_its_contract(revealed):
    check_game(lambda n: CorridorGame(n, CorridorConfig(revealed=revealed)), steps=60, seeds=4)


def test_the_sign_is_seen_once_and_decides_the_turn(levels):
    game, out = begun(levels)
    actions = np.random.default_rng(0).integers(0, 2, (LONGER + 1, N))
    side, length = levels.goal[:, 0] // 2, levels.more["length"]
    assert set(side) == {0, 1} and set(length) == set(range(SHORTEST, LONGER + 1))
    total = np.zeros(N)
    for t in range(LONGER + 1):
        for i in np.flatnonzero(out.alive[:, 0]):
            assert out.obs["sight"][i, 0, 0] == (1 + side[i] if t == 0 else 3 if t == length[i] else 0)
        game.step(actions[t][:, None, None], out)
        np.testing.assert_array_equal(out.terminated[:, 0], t >= length)
        total += out.reward[:, 0]
    won = actions[length, np.arange(N)] == side
    np.testing.assert_array_equal(total, won)
    np.testing.assert_array_equal(out.success[:, 0], won)


def test_the_plan_of_every_level_earns_par(levels):
    game, out = begun(levels)
    plans = [FAMILY.solve(FAMILY.unpack(levels, i)) for i in range(N)]
    assert [len(plan) for plan in plans] == game.step_limit(levels).tolist() == levels.par_steps.tolist()
    total = np.zeros(N)
    for t in range(LONGER + 1):
        game.step(np.array([plan[min(t, len(plan) - 1)] for plan in plans])[:, None, None], out)
        total += out.reward[:, 0]
    np.testing.assert_array_equal(total, game.par(levels))


def test_the_sign_stays_where_it_is_revealed(levels):
    game, out = begun(levels, revealed=True)
    first = out.obs["sign"].copy()
    for _ in range(SHORTEST):
        game.step(np.zeros((N, 1, 1), np.int64), out)
    np.testing.assert_array_equal(out.obs["sign"], first)
    assert set(first.ravel()) == {1, 2}


def test_a_recipe_holds_whole_trials_and_discounts_nothing():
    recipe = CorridorGame.about.recipe
    assert recipe["run"]["rollout_steps"] == CorridorParameters().length[1] + 1
    assert recipe["ppo"]["discount"] == recipe["ppo"]["lam"] == 1.0


def test_far_corridors_are_longer_and_the_longest_have_none():
    assert FAMILY.far().parameters.length == (LONGER + 1, 2 * LONGER)
    with pytest.raises(ConfigError, match="no far corridors"):
        Corridor(CorridorParameters(length=(1, LONGEST))).far()
    for length in ((0, 5), (6, 5), (1, LONGEST + 1)):
        with pytest.raises(ConfigError, match="length ="):
            CorridorParameters(length=length)


@pytest.mark.parametrize(
    "data",
    [b"", b"\0", *(struct.pack("<4i", *x) for x in ((8, 0, 0, 7), (9, 1, 0, 7), (1, 3, 0, 7), (0, 0, 2, 7)))],
)
def test_bytes_that_are_not_a_saved_game_are_refused(data):
    with pytest.raises(LevelError, match="saved corridor"):
        CorridorGame(1).load(0, data)


def test_other_actions_and_levels_without_a_length_are_refused(levels):
    game, out = begun(levels)
    with pytest.raises(SpecError, match=r"game 0: action 2 is not in 0..1"):
        game.step(np.full((N, 1, 1), 2), out)
    bare = levels.take(slice(None))
    del bare.more["length"]
    with pytest.raises(LevelError, match="length"):
        game.reset(bare, np.ones(N, np.bool_), out)
