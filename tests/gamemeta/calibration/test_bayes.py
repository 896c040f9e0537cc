from itertools import combinations_with_replacement

import pytest

from gamemeta.calibration.bayes import BayesOptimal, bayes_optimal_value, count_states
from gamemeta_levels.errors import ConfigError


def brute_force(record, remaining):
    """The optimal value with every arm kept apart and nothing remembered."""
    if remaining == 0:
        return 0.0
    values = []
    for arm, (successes, failures) in enumerate(record):
        p = (successes + 1) / (successes + failures + 2)
        won, lost = list(record), list(record)
        won[arm], lost[arm] = (successes + 1, failures), (successes, failures + 1)
        values.append(p * (1 + brute_force(won, remaining - 1)) + (1 - p) * brute_force(lost, remaining - 1))
    return max(values)


@pytest.mark.parametrize(("k", "n"), [(1, 4), (2, 1), (2, 4), (2, 6), (3, 4), (4, 4), (7, 3)])
def test_the_value_is_that_of_a_brute_force_search(k, n):
    assert bayes_optimal_value(k, n) == pytest.approx(brute_force([(0, 0)] * k, n), abs=1e-12)


def test_two_pulls_stay_after_a_success_and_leave_after_a_failure():
    assert bayes_optimal_value(2, 2) == pytest.approx(1 / 2 + 1 / 2 * 2 / 3 + 1 / 2 * 1 / 2)


@pytest.mark.parametrize(("k", "value"), [(5, 6.660), (10, 6.714), (50, 6.714)])
def test_ten_pulls_have_the_known_values(k, value):
    assert bayes_optimal_value(k, 10) == pytest.approx(value, abs=5e-4)


def test_arms_beyond_the_number_of_pulls_are_worth_nothing():
    assert bayes_optimal_value(6, 6) == bayes_optimal_value(1000, 6)
    assert bayes_optimal_value(5, 6) < bayes_optimal_value(6, 6)


def test_two_arms_and_thirty_pulls_are_tractable_and_lie_between_their_bounds():
    value = bayes_optimal_value(2, 30)
    assert bayes_optimal_value(2, 29) + 0.5 < value
    assert value < 30 * 2 / 3  # the better of two uniform numbers


@pytest.mark.parametrize(("k", "n"), [(1, 5), (2, 6), (3, 6), (9, 6)])
def test_states_are_counted_as_listing_them_counts(k, n):
    arms = [(s, f) for s in range(n) for f in range(n) if s + f < n]
    listed = sum(
        1 for states in combinations_with_replacement(arms, min(k, n)) if sum(s + f for s, f in states) < n
    )
    assert count_states(k, n) == listed


def test_the_best_arm_is_the_one_tried_after_a_success_and_another_after_a_failure():
    optimum = BayesOptimal(3, 5)
    assert optimum.best_arm([(0, 0), (1, 0), (0, 0)], 4) == 1
    assert optimum.best_arm([(0, 1), (0, 0), (0, 0)], 4) == 1


@pytest.mark.parametrize(("k", "n"), [(50, 100), (10, 30), (2, 101)])
def test_what_is_too_large_is_refused_at_once(k, n):
    with pytest.raises(ConfigError, match=f"{k} arms and {n} pulls is too large"):
        BayesOptimal(k, n)


@pytest.mark.parametrize(("k", "n", "name"), [(0, 5, "k"), (2, 0, "n")])
def test_sizes_below_one_are_refused(k, n, name):
    with pytest.raises(ConfigError, match=f"{name} is 0"):
        BayesOptimal(k, n)
