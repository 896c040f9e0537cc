"""Bounds and players of the Dark Room and of Dark Key-to-Door beside brute force and the games."""

import itertools

import numpy as np
import pytest

from gamemeta.calibration import darkroom, keydoor
from gamemeta.games.builtin.darkroom.game import DarkRoomGame
from gamemeta_levels.errors import SpecError
from gamemeta_levels.families.darkroom.family import DarkRoom
from gamemeta_levels.family import generate_arrays
from tests.helpers.chance import assert_mean, played

GOALS = np.arange(81)
PAIRS = np.array([pair for pair in itertools.product(range(81), repeat=2) if pair[0] != pair[1]])


def test_the_oracle_earns_16_543_of_20_steps():
    assert darkroom.oracle_return() == pytest.approx(1340 / 81)


def test_bounds_of_the_dark_room_are_counted_cell_by_cell():
    away = sorted(max(abs(r - 4) + abs(c - 4), 1) for r in range(9) for c in range(9))
    for episode, wanted in enumerate((2.593, 7.259, 11.519, 15.444, 16.543, 16.543), 1):
        assert darkroom.episode_bound(episode) == pytest.approx(wanted, abs=5e-4)
        known = 20 * (episode - 1)
        if episode < 5:
            paid = [21 - steps for steps in away[:known]] + list(range(1, 21))
            assert darkroom.episode_bound(episode) == pytest.approx(sum(paid) / 81)


def test_the_plan_earns_the_bound_of_the_first_episode_and_stays_below_the_others():
    curve = darkroom.planned(GOALS, 8, 0).mean(0)
    assert curve[0] == pytest.approx(darkroom.episode_bound(1))
    for episode, value in enumerate(curve, 1):
        assert value <= darkroom.episode_bound(episode) + 1e-9
    assert curve.sum() == pytest.approx(101.086, abs=0.001)
    np.testing.assert_array_equal(darkroom.planned(GOALS, 8, 0)[:, -1], darkroom.ORACLE)


def test_the_plan_played_in_the_game_earns_what_the_table_says():
    levels = generate_arrays(DarkRoom(), range(200), "any")
    goal = darkroom.instances(levels)
    actions = np.array([darkroom.LETTERS.index(letter) for letter in darkroom.PLAN[0]])
    record = played(DarkRoomGame(200), levels, np.repeat(actions[:, None], 200, axis=1))
    met = record["reward"].argmax(0)
    returns = np.where(record["reward"].any(0), 20 - met, 0)
    np.testing.assert_array_equal(returns, darkroom.planned(goal, 1, 0)[:, 0])


def test_random_play_of_the_dark_room_earns_its_exact_expectation():
    here, expected = np.zeros(81), 0.0
    here[40] = 1.0
    for _ in range(20):
        after = np.zeros(81)
        np.add.at(after, darkroom.REACHED, np.repeat(here[:, None] / 5, 5, axis=1))
        here, expected = after, expected + after.sum() / 81
    assert expected == pytest.approx(20 / 81)
    assert_mean(darkroom.random(darkroom.draw_goals(8000, 3), 2, 4), expected)


def test_bounds_of_key_and_door():
    wanted = (0.806, 1.703, 1.988, 2.0)
    assert [keydoor.episode_bound(k) for k in (1, 2, 3, 4)] == pytest.approx(wanted, abs=5e-4)
    assert keydoor.episode_bound(1) == pytest.approx((50 + sum(range(50)) / 80) / 81)


def test_searching_for_key_and_door_earns_the_first_bound_and_stays_below_the_others():
    curve = keydoor.searching(PAIRS, 5, 0).mean(0)
    assert curve[0] == pytest.approx(keydoor.episode_bound(1))
    for episode, value in enumerate(curve, 1):
        assert value <= keydoor.episode_bound(episode) + 1e-9
    assert curve == pytest.approx([0.806, 1.682, 1.971, 2, 2], abs=1e-3)


def test_what_was_found_once_is_found_again():
    returns = keydoor.searching(PAIRS, 5, 0)
    assert (np.diff(returns, axis=1) >= 0).all()
    assert (keydoor.oracle(PAIRS[:3], 2, 0) == 2).all()


@pytest.mark.parametrize("module", [darkroom, keydoor])
@pytest.mark.parametrize("name", ["random", "oracle"])
def test_a_part_is_played_as_in_the_whole(module, name):
    drawn = module.draw_goals(30, 2) if module is darkroom else module.draw_places(30, 2)
    whole = module.PLAYERS[name](drawn, 2, 3)
    np.testing.assert_array_equal(whole[11:19], module.PLAYERS[name](drawn[11:19], 2, 3, first=11))


def test_cells_that_cannot_be_are_refused():
    for goal in (np.array([81]), np.array([7.0]), np.array([[7]])):
        with pytest.raises(SpecError, match=r"goals are int64 \[N\]"):
            darkroom.oracle(goal, 1, 0)
    for places in (np.array([[3, 3]]), np.array([[3, 81]]), np.array([3, 4])):
        with pytest.raises(SpecError, match=r"places are int64 \[N, 2\]"):
            keydoor.oracle(places, 1, 0)
