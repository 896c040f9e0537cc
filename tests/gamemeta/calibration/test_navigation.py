"""Exact values and players of the hidden target in the square, beside the game itself and NumPy."""

import numpy as np
import pytest

from gamemeta.calibration.navigation import (
    MEASURED,
    PLAYERS,
    draw_targets,
    ignoring_return,
    measuring_return,
    oracle_return,
    play,
    play_episodes,
)
from gamemeta.errors import SpecError, UnknownName
from gamemeta.games.builtin.navigation.game import NavigationGame
from gamemeta.games.game import StepBuffers
from gamemeta_levels.families.navigation.family import Navigation
from gamemeta_levels.family import generate_arrays

LEVELS = generate_arrays(Navigation(), range(200), "any")
TARGETS = LEVELS.more["target"]


def played(places):
    """Reward [N] of an episode of the game that goes to these places [100, N, 2] one after the other."""
    game = NavigationGame(200)
    out = StepBuffers.empty(game)
    game.reset(LEVELS, np.ones(200, np.bool_), out)
    total, here = np.zeros(200), np.zeros((200, 2))
    for place in places:
        action = np.clip((place - here) / 0.1, -1, 1).astype(np.float32)
        game.step(action[:, None], out)
        here = here + 0.1 * action
        total += out.reward[:, 0]
    return total


def test_the_oracle_earns_par_and_what_the_game_pays_for_going_straight():
    returns = play("oracle", TARGETS, 3, 0)
    np.testing.assert_allclose(returns, 3 * oracle_return(TARGETS))
    np.testing.assert_allclose(oracle_return(TARGETS), NavigationGame(1).par(LEVELS), rtol=1e-6)
    np.testing.assert_allclose(oracle_return(TARGETS), played([TARGETS] * 100), atol=1e-5)


def test_the_measuring_player_finds_every_target_and_earns_what_the_game_pays():
    curve = play_episodes("measuring", TARGETS, 2, 0)
    places = [*np.repeat(MEASURED[:, None], 200, 1), *[TARGETS] * 97]
    np.testing.assert_allclose(curve[:, 0], played(places), atol=1e-4)
    np.testing.assert_allclose(curve[:, 0], measuring_return(TARGETS), atol=1e-9)
    np.testing.assert_allclose(curve[:, 1], oracle_return(TARGETS), atol=1e-9)


def test_the_value_of_play_that_ignores_the_target_is_that_of_the_middle_and_the_best_of_any_place():
    grid = np.linspace(-0.5, 0.5, 2001)
    middle = 100 * 2 * np.square(grid).mean()
    assert ignoring_return() == pytest.approx(-middle, rel=1e-3)
    assert ignoring_return() == pytest.approx(-100 / 6, rel=1e-5)
    for place in ((0.1, 0.0), (-0.3, 0.2), (0.0, 0.5)):
        cost = sum(np.square(x - grid).mean() for x in place)
        assert -100 * cost < ignoring_return()
    many = draw_targets(20_000, 1)
    returns = play("ignoring", many, 1, 0)
    assert returns.mean() == pytest.approx(ignoring_return(), abs=4 * returns.std() / 20_000**0.5)
    np.testing.assert_allclose(play("ignoring", TARGETS, 1, 0), played(np.zeros((100, 200, 2))), rtol=1e-5)


def test_random_steps_spread_as_a_walk_and_depend_on_seed_and_number_alone():
    whole = play_episodes("random", TARGETS, 2, 3)
    np.testing.assert_array_equal(whole[120:], play_episodes("random", TARGETS[120:], 2, 3, first=120))
    assert not np.array_equal(whole[:, 0], whole[:, 1])
    assert whole.mean() < play("ignoring", TARGETS, 1, 0).mean()


def test_a_player_or_instances_that_are_unknown_are_refused():
    with pytest.raises(UnknownName, match=", ".join(PLAYERS)):
        play("chess", TARGETS, 1, 0)
    with pytest.raises(SpecError, match="targets are float32"):
        play("oracle", TARGETS.astype(np.float64), 1, 0)
