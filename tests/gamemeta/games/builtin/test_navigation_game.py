"""The game `navigation` beside a plain twin: moves, rewards, par, and what is refused."""

import struct

import numpy as np
import pytest

from gamemeta.errors import LevelError, SpecError
from gamemeta.games.builtin.navigation.game import NavigationConfig, NavigationGame
from gamemeta.games.check.check import check_game
from gamemeta.games.game import StepBuffers
from gamemeta_levels.families.navigation.family import Navigation, NavigationParameters, tiles_of
from gamemeta_levels.family import generate, generate_arrays
from gamemeta_levels.tiles import GOAL

STEPS = 100


@pytest.fixture(scope="module")
def levels():
    return generate_arrays(Navigation(), range(8), "test")


def test_it_keeps_its_contract_when_revealed():
    check_game(lambda n: NavigationGame(n, NavigationConfig(revealed=True)), steps=110, seeds=4)


def test_it_moves_and_pays_as_its_plain_twin(levels):
    actions = np.random.default_rng(0).uniform(-1, 1, (STEPS, 8, 1, 2)).astype(np.float32)
    game = NavigationGame(8)
    out = StepBuffers.empty(game)
    game.reset(levels, np.ones(8, np.bool_), out)
    place, target = np.zeros((8, 2)), levels.more["target"].astype(np.float64)
    for t in range(STEPS):
        np.testing.assert_allclose(out.obs["place"][:, 0], 2 * place, atol=1e-6)
        game.step(actions[t], out)
        place = np.clip(place + 0.1 * actions[t, :, 0], -0.5, 0.5)
        away = np.square(place - target).sum(axis=1)
        np.testing.assert_allclose(out.reward[:, 0], -away, rtol=1e-6)
        assert (out.terminated == (t == STEPS - 1)).all() and not out.truncated.any()
    np.testing.assert_array_equal(out.success[:, 0], away <= 0.01)


def test_par_is_what_going_straight_to_the_target_earns_and_no_other_play_earns_more(levels):
    """Every play of eight kinds of steps, among them the best, on a coarse target that they reach exactly."""
    family = Navigation()
    exact = generate(family, 0)
    level = type(exact)(family="navigation", tiles=exact.tiles, hidden={"target": (-200_000, 100_000)})
    arrays = family.pack([level])
    shares = [-1.0, -0.5, 0.0, 1.0]
    best = {(0.0, 0.0): 0.0}
    for _ in range(4):  # the places that can be reached, and the best that was earned on the way to each
        newest = {}
        for (x, y), earned in best.items():
            for right in shares:
                for up in shares:
                    place = (round(x + 0.1 * right, 9), round(y + 0.1 * up, 9))
                    total = earned - (place[0] + 0.2) ** 2 - (place[1] - 0.1) ** 2
                    newest[place] = max(total, newest.get(place, -np.inf))
        best = newest
    assert NavigationGame(1).par(arrays)[0] == pytest.approx(max(best.values()), abs=1e-6)


@pytest.mark.parametrize(
    "change",
    [
        b"",
        b"\0",
        struct.pack("<2i4d", 101, 0, 0, 0, 0, 0),
        struct.pack("<2i4d", 1, 0, 0.6, 0, 0, float("nan")),
    ],
)
def test_bytes_that_are_not_a_saved_game_are_refused(change):
    with pytest.raises(LevelError, match="saved navigation"):
        NavigationGame(1).load(0, change)


def test_actions_beyond_a_whole_step_and_levels_without_a_target_are_refused(levels):
    game = NavigationGame(8)
    out = StepBuffers.empty(game)
    game.reset(levels, np.ones(8, np.bool_), out)
    with pytest.raises(SpecError):
        game.step(np.full((8, 1, 2), 1.5, np.float32), out)
    bare = levels.take(slice(None))
    del bare.more["target"]
    with pytest.raises(LevelError, match="target"):
        game.reset(bare, np.ones(8, np.bool_), out)


def test_the_scene_shows_the_target_and_the_plan_leads_to_its_tile(levels):
    game, family = NavigationGame(8), Navigation()
    game.reset(levels, np.ones(8, np.bool_), StepBuffers.empty(game))
    for i in range(8):
        level = family.unpack(levels, i)
        assert tuple(np.argwhere(game.scene(i).tiles == GOAL)[0]) == tuple(tiles_of(levels.more["target"][i]))
        plan = np.array(family.solve(level))
        ways = np.array([0, 1, -1])
        right, up = ways[plan % 3].sum() / 10, ways[plan // 3].sum() / 10
        assert np.abs(levels.more["target"][i] - (right, up)).max() <= 0.05 + 1e-6


def test_far_targets_lie_outside_of_the_range_that_is_trained_on():
    family = Navigation(NavigationParameters(reach=(0.1, 0.3)))
    near = family.realised(generate_arrays(family, range(50), "train"))["reach"]
    far = family.realised(generate_arrays(family, range(50), "far"))["reach"]
    assert near.min() >= 0.1 and near.max() <= 0.3 < far.min() and far.max() <= 0.5
