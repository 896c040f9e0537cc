from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gamemeta.calibration.gittins import gittins_index, index_table
from gamemeta_levels.errors import ConfigError

counts = st.integers(0, 8)
pulls = st.integers(1, 12)


def worth_of_pulling(successes, failures, remaining, charge):
    """Of pulling at least once at that charge a pull, and stopping when best."""

    @cache
    def worth(s, f, m):
        p = (s + 1) / (s + f + 2)
        if m == 1:
            return p - charge
        return p - charge + p * max(worth(s + 1, f, m - 1), 0) + (1 - p) * max(worth(s, f + 1, m - 1), 0)

    return worth(successes, failures, remaining)


def bisected_index(successes, failures, remaining):
    low, high = 0.0, 1.0
    for _ in range(40):
        middle = (low + high) / 2
        if worth_of_pulling(successes, failures, remaining, middle) > 0:
            low = middle
        else:
            high = middle
    return low


def value_with_a_known_arm(n, known, pulls_unknown=None):
    """Of n pulls of an unknown arm or one of known worth; the best, or by a rule (s, f, m) -> bool."""

    @cache
    def value(s, f, m):
        if m == 0:
            return 0.0
        p = (s + 1) / (s + f + 2)
        unknown = p * (1 + value(s + 1, f, m - 1)) + (1 - p) * value(s, f + 1, m - 1)
        stay = known + value(s, f, m - 1)
        if pulls_unknown is None:
            return max(unknown, stay)
        return unknown if pulls_unknown(s, f, m) else stay

    return value(0, 0, n)


@pytest.mark.parametrize(("successes", "failures"), [(0, 0), (3, 0), (0, 5), (2, 7)])
def test_with_one_pull_to_go_the_index_is_the_posterior_mean(successes, failures):
    mean = (successes + 1) / (successes + failures + 2)
    assert gittins_index(successes, failures, 1) == pytest.approx(mean, abs=1e-6)


def test_with_two_pulls_to_go_a_new_arm_is_worth_five_ninths():
    # 1/2 - c + 1/2 (2/3 - c) = 0
    assert gittins_index(0, 0, 2) == pytest.approx(5 / 9, abs=1e-6)


@settings(max_examples=40, deadline=None)
@given(counts, counts, pulls)
def test_the_index_is_the_charge_that_bisection_finds(successes, failures, remaining):
    index = gittins_index(successes, failures, remaining)
    assert index == pytest.approx(bisected_index(successes, failures, remaining), abs=1e-4)


@settings(max_examples=40, deadline=None)
@given(counts, counts, pulls)
def test_an_index_grows_with_success_and_time_and_falls_with_failure(successes, failures, remaining):
    index = gittins_index(successes, failures, remaining)
    assert gittins_index(successes + 1, failures, remaining) > index
    assert gittins_index(successes, failures + 1, remaining) < index
    assert gittins_index(successes, failures, remaining + 1) >= index - 1e-6


@pytest.mark.parametrize("known", [0.2, 0.5, 0.6, 0.67, 0.75, 0.9])
@pytest.mark.parametrize("n", [1, 4, 12])
def test_against_one_known_arm_the_index_plays_best(n, known):
    by_index = value_with_a_known_arm(n, known, lambda s, f, m: gittins_index(s, f, m) > known)
    assert by_index == pytest.approx(value_with_a_known_arm(n, known), abs=1e-4)


def test_a_state_has_the_same_index_in_every_table():
    assert gittins_index(2, 1, 5) == pytest.approx(float(index_table(8)[place_in_table(8, 5, 3, 2)]))


def place_in_table(n, remaining, seen, successes):
    """Where a state stands when every table is written out in its order."""
    order = [(m, d, s) for m in range(1, n + 1) for d in range(n - m + 1) for s in range(d + 1)]
    return order.index((remaining, seen, successes))


def test_tables_are_kept_and_cannot_be_written_to():
    table = index_table(9)
    assert index_table(9) is table
    with pytest.raises(ValueError, match="read-only"):
        table[0] = 0.0


@pytest.mark.parametrize(("n", "message"), [(0, "at least 1"), (1001, "n <= 1000")])
def test_a_number_of_pulls_out_of_range_is_refused(n, message):
    with pytest.raises(ConfigError, match=message):
        index_table(n)


def test_a_negative_count_is_refused():
    with pytest.raises(ConfigError, match="failures is -1"):
        gittins_index(0, -1, 3)
