import math
from random import Random

import numpy as np
import pytest

from gamemeta.calibration.grid import (
    GOALS,
    PLAYERS,
    draw_goals,
    first_episode_bound,
    first_episode_search,
    oracle_return,
    play,
    play_episodes,
    return_from,
)
from gamemeta_levels.errors import ConfigError, SpecError, UnknownName

MOVES = ((0, 0), (1, 0), (0, 1), (-1, 0), (0, -1))


def moved(cell, move):
    row, column = min(max(cell[0] + move[0], 0), 4), min(max(cell[1] + move[1], 0), 4)
    return row, column


def earned(path, goal):
    """Of an episode that follows path, a list of cells, until it stands on the goal, and then stays."""
    total, found = 0.0, False
    for cell in path:
        found = found or cell == goal
        total += 1.0 if found else -0.1
    return total


def random_return():
    """Expected reward of an episode of random actions, by the distribution over cells, for each goal."""
    here, total = np.zeros((5, 5)), np.zeros((5, 5))
    here[0, 0] = 1.0
    for _ in range(15):
        after = np.zeros((5, 5))
        for cell in np.ndindex(5, 5):
            for move in MOVES:
                after[moved(cell, move)] += here[cell] / 5
        here = after
        total += 1.1 * here - 0.1
    return total


def sampled_return(random):
    """A first episode of posterior sampling in plain Python."""
    possible = {divmod(int(cell), 5) for cell in GOALS}
    goal = random.choice(sorted(possible))
    here, target, path = (0, 0), None, []
    for _ in range(15):
        if target not in possible:
            target = random.choice(sorted(possible))
        ways = [
            (math.copysign(1, target[0] - here[0]), 0) if target[0] != here[0] else None,
            (0, math.copysign(1, target[1] - here[1])) if target[1] != here[1] else None,
        ]
        here = moved(here, random.choice([way for way in ways if way] or [(0, 0)]))
        path.append(here)
        if here == goal:
            break
        possible.discard(here)
    return earned(path + [goal] * (15 - len(path)), goal)


def test_an_instance_depends_on_the_seed_and_its_number_alone():
    whole = draw_goals(40, seed=5)
    np.testing.assert_array_equal(whole[30:35], draw_goals(5, seed=5, first=30))


def test_the_oracle_earns_what_walking_straight_there_earns():
    returns = play_episodes("oracle", GOALS, 2, seed=0)
    for cell, (first, second) in zip(GOALS, returns, strict=True):
        row, column = divmod(int(cell), 5)
        path = [(r, 0) for r in range(1, row + 1)] + [(row, c) for c in range(1, column + 1)]
        path += [(row, column)] * (15 - len(path))
        assert first == pytest.approx(earned(path, (row, column)))
        assert second == first == pytest.approx(oracle_return(int(cell)))


def test_the_oracle_earns_the_known_eleven_point_oh_seven_an_episode():
    assert np.mean([oracle_return(int(cell)) for cell in GOALS]) == pytest.approx(11.07, abs=0.005)


def test_a_first_episode_can_expect_four():
    assert first_episode_bound() == pytest.approx(4.00, abs=1e-9)


def test_the_best_first_search_is_a_path_that_earns_the_bound():
    path = [divmod(cell, 5) for cell in first_episode_search()[1]]
    for before, after in zip([(0, 0), *path], path, strict=False):
        assert after in [moved(before, move) for move in MOVES]
    returns = [earned(path, divmod(int(goal), 5)) for goal in GOALS]
    assert np.mean(returns) == pytest.approx(first_episode_bound())


def test_no_search_can_beat_a_new_possible_goal_on_every_step_but_the_first():
    # The first step cannot reach a possible goal; of 21, one at most is met on each of steps 2 to 15.
    best = sum(return_from(step) for step in range(2, 16)) + 7 * -1.5
    assert first_episode_bound() == pytest.approx(best / 21)


def test_random_play_earns_its_exact_expectation():
    goal = draw_goals(20_000, seed=3)
    returns = play("random", goal, 1, seed=4)
    surplus = returns - random_return().ravel()[goal]
    assert abs(surplus.mean()) < 4 * surplus.std() / math.sqrt(len(goal))


def test_posterior_sampling_earns_what_its_plain_twin_earns():
    random = Random(1)
    twin = np.array([sampled_return(random) for _ in range(4000)])
    returns = play("posterior_sampling", draw_goals(20_000, seed=3), 1, seed=4)
    spread = math.hypot(twin.std() / math.sqrt(4000), returns.std() / math.sqrt(20_000))
    assert abs(returns.mean() - twin.mean()) < 4 * spread
    assert returns.mean() < first_episode_bound()


@pytest.mark.parametrize("resample", [True, False])
def test_once_found_the_goal_is_walked_to_straight(resample):
    goal = draw_goals(500, seed=3)
    returns = play_episodes("posterior_sampling", goal, 12, seed=4, resample=resample)
    best = np.array([oracle_return(int(cell)) for cell in goal])
    found = np.maximum.accumulate(returns > -1.5 + 1e-9, axis=1)
    np.testing.assert_allclose(returns[:, 1:][found[:, :-1]], np.repeat(best, found[:, :-1].sum(axis=1)))
    assert (returns <= best[:, None] + 1e-9).all()


def test_sampling_once_an_episode_searches_for_longer():
    goal = draw_goals(2000, seed=3)
    often, once = (
        play("posterior_sampling", goal, 4, seed=4, resample=resample).mean() for resample in (True, False)
    )
    assert often > once + 5


@pytest.mark.parametrize("name", PLAYERS)
def test_a_part_is_played_as_in_the_whole(name):
    goal = draw_goals(30, seed=2)
    whole = play(name, goal, 4, seed=3)
    np.testing.assert_array_equal(whole[11:19], play(name, goal[11:19], 4, seed=3, first=11))


def test_an_unknown_player_is_told_the_known_ones():
    with pytest.raises(UnknownName, match="random, posterior_sampling, oracle"):
        play("bayes", draw_goals(1, seed=0), 1, seed=0)


@pytest.mark.parametrize("goal", [np.array([0]), np.array([7, 25]), np.array([7.0]), np.array([[7]])])
def test_cells_that_cannot_be_goals_are_refused(goal):
    with pytest.raises(SpecError, match=r"goals are int64 \[N\]"):
        play("oracle", goal, 1, 0)


def test_no_episode_is_refused():
    with pytest.raises(ConfigError, match="n is 0"):
        play("oracle", draw_goals(1, seed=0), 0, 0)
