"""Aggregates against brute force, closed forms and the values of rliable 1.2.0."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gamemeta.evaluation.statistics.aggregates import (
    interquartile_mean,
    level_scores,
    performance_profile,
    probability_of_improvement,
)
from gamemeta.evaluation.statistics.scores import Arm


def arm(returns):
    returns = np.asarray(returns, float)
    return Arm(returns=returns, steps=np.ones_like(returns), success=np.ones_like(returns))


def noise(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


def test_the_solver_scores_1_and_mean_random_play_0_on_every_level():
    arms = {
        "random": arm([[0.1, 0.3], [0.0, 0.2]]),
        "par": arm([[0.9, 0.9], [0.5, 0.5]]),
        "agent": arm([[0.15, 0.9], [0.325, 0.15]]),
    }
    assert level_scores(arms, "par") == pytest.approx(np.ones((1, 2, 2)))
    assert level_scores(arms, "agent") == pytest.approx(np.array([[[0, 1], [0.5, 0]]]))


def test_where_the_solver_is_no_better_than_chance_the_mean_par_stands_in():
    arms = {"random": arm([[0.0], [0.2]]), "par": arm([[0.9], [0.0]]), "agent": arm([[0.9], [0.45]])}
    assert level_scores(arms, "agent")[0, :, 0] == pytest.approx([1.0, (0.45 - 0.1) / (0.45 - 0.1)])


def test_interquartile_mean_is_the_mean_of_the_middle_half():
    scores = noise(3, 8, 2)
    found = interquartile_mean(scores)
    middle = np.sort(scores.reshape(24, 2), axis=0)[6:18]
    assert found.value == pytest.approx(middle.mean(0))
    assert (found.low <= found.value).all() and (found.value <= found.high).all()


def test_interquartile_mean_ignores_a_wild_level():
    calm, wild = np.full((1, 8, 1), 0.5), np.full((1, 8, 1), 0.5)
    wild[0, 0] = 1000.0
    assert interquartile_mean(wild).value == interquartile_mean(calm).value


def test_level_scores_of_several_seeds_are_those_of_each():
    rng = np.random.default_rng(0)
    returns = rng.random((3, 5, 2))
    shared = {"random": arm(rng.random((5, 2)) / 9), "par": arm(np.ones((5, 2)))}
    together = level_scores(shared | {"agent": arm(returns)}, "agent")
    each = [level_scores(shared | {"agent": arm(one)}, "agent")[0] for one in returns]
    np.testing.assert_array_equal(together, each)


def test_equal_scores_leave_no_uncertainty():
    found = interquartile_mean(np.full((2, 10, 3), 0.7))
    for bound in (found.low, found.value, found.high):
        assert bound == pytest.approx([0.7] * 3)


def test_what_tells_seeds_apart_on_all_levels_is_in_the_interval():
    """A better agent is better on every level: many levels do not make up for few seeds."""
    found = interquartile_mean(np.repeat([0.3, 0.5, 0.7], 200).reshape(3, 200, 1))
    assert found.high[0] - found.low[0] > 0.4


@pytest.mark.parametrize("seeds", [1, 3])
def test_the_interval_of_an_interquartile_mean_holds_the_truth_as_often_as_it_says(seeds):
    rng, runs, inside = np.random.default_rng(seeds), 300, 0
    for _ in range(runs):
        skill = 0.1 * rng.normal(size=(seeds, 1, 1)) * (seeds > 1)
        found = interquartile_mean(skill + rng.normal(size=(seeds, 80, 1)))
        inside += found.low[0] <= 0 <= found.high[0]
    assert inside / runs > 0.95 - 3 * np.sqrt(0.05 * 0.95 / runs)


@settings(max_examples=25, deadline=None)
@given(
    arrays(np.int8, (3, 4), elements=st.integers(0, 3)), arrays(np.int8, (3, 4), elements=st.integers(0, 3))
)
def test_probability_of_improvement_counts_pairs_of_seeds_on_each_level(ours, theirs):
    found = probability_of_improvement(ours.astype(float), theirs.astype(float))
    pairs = [(x > y) + 0.5 * (x == y) for level in range(4) for x in ours[:, level] for y in theirs[:, level]]
    assert found.value[0] == pytest.approx(np.mean(pairs))


def test_better_for_one_is_worse_for_the_other_and_as_certain():
    ours, theirs = noise(3, 30), noise(3, 30, seed=1) + noise(3, 1, seed=2)
    one, other = probability_of_improvement(ours, theirs), probability_of_improvement(theirs, ours)
    assert one.low == pytest.approx(1 - other.high)
    assert one.high == pytest.approx(1 - other.low)


# rliable 1.2.0 (https://github.com/google-research/rliable), metrics.aggregate_iqm and
# metrics.probability_of_improvement of the same scores.
@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        (noise(3, 7), -0.16958025387178619),
        (noise(3, 8, seed=5), -0.297271032837183),
        (np.array([[1.0, 5.0, 2.0]]), 2.6666666666666665),
    ],
)
def test_interquartile_mean_is_that_of_rliable(scores, expected):
    assert interquartile_mean(scores[..., None]).value[0] == pytest.approx(expected, rel=1e-12)


def test_probability_of_improvement_is_that_of_rliable():
    ours, theirs = noise(3, 6).round(1), noise(3, 6, seed=1).round(1)
    found = probability_of_improvement(ours, theirs)
    assert found.value[0] == pytest.approx(0.3333333333333333, rel=1e-12)


def test_the_interval_of_a_share_is_the_binomial_one():
    levels, share = 1000, 0.3
    ours = np.zeros((1, levels))
    ours[0, : int(share * levels)] = 1.0
    found = probability_of_improvement(ours, np.full((1, levels), 0.5))
    margin = 1.96 * np.sqrt(share * (1 - share) / levels)
    assert found.value[0] == pytest.approx(share)
    assert found.low[0] == pytest.approx(share - margin, abs=0.004)
    assert found.high[0] == pytest.approx(share + margin, abs=0.004)


def test_a_profile_counts_the_levels_above_each_threshold():
    scores, thresholds = noise(2, 30), np.linspace(-2, 2, 9)
    found = performance_profile(scores, thresholds)
    assert found.value == pytest.approx([np.mean(scores > t) for t in thresholds])
    assert (np.diff(found.value) <= 0).all()
    assert (found.low <= found.value).all() and (found.value <= found.high).all()


def test_a_share_stays_within_0_and_1():
    found = performance_profile(np.array([[0.9] * 9 + [0.1]]), np.array([0.5]))
    assert 0 <= found.low[0] < 0.9 < found.high[0] <= 1
