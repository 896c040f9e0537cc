"""Intervals against closed forms, and their coverage by simulation with few training seeds."""

from math import lgamma

import numpy as np
import pytest

from gamemeta.evaluation.statistics.intervals import (
    Interval,
    basis,
    interval,
    margin,
    over_seeds,
    ratio_interval,
)
from gamemeta.evaluation.statistics.student import t_quantile

# Quantiles as printed in Abramowitz and Stegun (1964), table 26.10.
PRINTED = {1: 12.706, 2: 4.303, 3: 3.182, 4: 2.776, 10: 2.228, 30: 2.042, 60: 2.000, 120: 1.980}


@pytest.mark.parametrize(("freedom", "quantile"), PRINTED.items())
def test_quantiles_are_those_of_the_printed_table(freedom, quantile):
    assert t_quantile(0.975, freedom) == pytest.approx(quantile, abs=6e-4)


def test_quantiles_of_one_and_two_degrees_are_those_of_their_closed_forms():
    for p in (0.9, 0.95, 0.975, 0.995):
        assert t_quantile(p, 1) == pytest.approx(np.tan(np.pi * (p - 0.5)))
        assert t_quantile(p, 2) == pytest.approx((2 * p - 1) * np.sqrt(2 / (4 * p * (1 - p))))


def test_the_two_ways_to_a_quantile_meet():
    assert t_quantile(0.975, 40) - t_quantile(0.975, 41) == pytest.approx(1.53e-3, abs=2e-5)


def below(t: float, freedom: int) -> float:
    """The probability of a value below t, by Gauss and Legendre's quadrature of the density."""
    at, weight = np.polynomial.legendre.leggauss(200)
    x, log_beta = (at + 1) / 2 * t, lgamma(freedom / 2) + lgamma(0.5) - lgamma((freedom + 1) / 2)
    density = (1 + x**2 / freedom) ** (-(freedom + 1) / 2) * np.exp(-log_beta) / np.sqrt(freedom)
    return 0.5 + float(weight @ density) * t / 2


@pytest.mark.parametrize("p", [0.9, 0.95, 0.975])
@pytest.mark.parametrize("freedom", [1, 2, 3, 4, 5, 8, 13, 40, 41, 45, 60, 1000])
def test_as_much_lies_below_a_quantile_as_it_says(p, freedom):
    assert below(t_quantile(p, freedom), freedom) == pytest.approx(p, abs=1e-12 if freedom <= 40 else 1e-7)


def test_over_levels_alone_it_is_student_s_interval():
    values = np.random.default_rng(0).normal(size=(1, 20, 3))
    error = values[0].std(0, ddof=1) / np.sqrt(20)
    np.testing.assert_allclose(margin(values), 2.0930 * error, rtol=1e-4)


def test_equal_seeds_add_nothing_and_different_ones_their_own_t():
    one = np.random.default_rng(1).normal(size=(1, 50))
    np.testing.assert_allclose(margin(np.repeat(one, 3, 0)), margin(one))
    apart = np.array([[0.2], [0.4]]) + np.zeros((2, 50))
    assert margin(apart) == pytest.approx(12.706 * 0.1, rel=1e-4)


def test_copies_of_a_world_count_once():
    worlds = np.random.default_rng(2).normal(size=(2, 16))
    copies = np.repeat(worlds, 8, axis=1)
    clusters = np.repeat(np.arange(16), 8)
    assert margin(copies, clusters) == pytest.approx(margin(worlds))
    assert margin(copies) < margin(worlds)


def test_worlds_that_are_all_different_change_nothing():
    values = np.random.default_rng(3).normal(size=(2, 16))
    assert margin(values, np.arange(16) + 7) == pytest.approx(margin(values))


@pytest.mark.parametrize("clusters", [None, np.array([5])])
def test_a_single_level_has_no_interval(clusters):
    assert np.isinf(margin(np.ones((3, 1)), clusters))
    assert np.isinf(margin(np.ones((3, 4)), np.zeros(4, np.int64)))


@pytest.mark.parametrize("seeds", [1, 2, 3, 5])
@pytest.mark.parametrize("spread", [0.0, 0.01, 0.06])
def test_coverage_holds_with_few_training_seeds(seeds, spread):
    """Seeds, levels and single plays differ by chance; the truth lies inside as often as is said."""
    if seeds == 1 and spread:
        pytest.skip("one training seed cannot show how trainings differ, and is called `levels only`")
    rng, runs, truth = np.random.default_rng(seeds), 600, 0.8
    inside = 0
    for _ in range(runs):
        skill = truth + spread * rng.normal(size=(seeds, 1))
        returns = skill + 0.25 * rng.normal(size=(1, 64)) + 0.1 * rng.normal(size=(seeds, 64))
        found = interval(returns)
        inside += found.low <= truth <= found.high
    assert inside / runs > 0.95 - 3 * np.sqrt(0.05 * 0.95 / runs)


def test_coverage_holds_where_levels_repeat():
    rng, runs, inside = np.random.default_rng(9), 600, 0
    clusters = np.repeat(np.arange(16), 16)
    for _ in range(runs):
        returns = rng.normal(size=16).repeat(16)[None] + rng.normal(size=(1, 256))
        found = interval(returns, clusters)
        inside += found.low <= 0 <= found.high
    assert 0.97 > inside / runs > 0.92


def test_a_ratio_covers_its_truth_as_often_as_it_says():
    rng, runs, inside, defined = np.random.default_rng(4), 600, 0, 0
    for _ in range(runs):
        shared = rng.normal(size=(1, 80))
        top = 0.2 + 0.5 * (shared + rng.normal(size=(1, 80)))
        bottom = 0.4 + 0.5 * (shared + rng.normal(size=(1, 80)))
        found = ratio_interval(top, bottom)
        if np.isfinite(found.value):
            defined += 1
            inside += found.low <= 0.5 <= found.high
    assert defined > 500
    assert inside / defined > 0.95 - 3 * np.sqrt(0.05 * 0.95 / defined)


def test_a_ratio_of_certain_numbers_is_certain():
    found = ratio_interval(np.full((2, 9), 0.3), np.full((2, 9), 0.4))
    assert vars(found) == pytest.approx({"value": 0.75, "low": 0.75, "high": 0.75})


def test_at_the_ends_of_its_interval_a_ratio_is_just_not_ruled_out():
    """Fieller's: those r for which the mean of top - r bottom may be 0."""
    rng = np.random.default_rng(7)
    top, bottom, clusters = 0.4 + rng.normal(size=(2, 60)), 1 + rng.normal(size=(2, 60)), np.arange(60) // 2
    top[1], bottom[1] = top[0] + 0.01, bottom[0] - 0.01
    for worlds in (None, clusters):
        found = ratio_interval(top, bottom, worlds)
        assert found.low < found.value < found.high
        for r in (found.low, found.high):
            rest = top - r * bottom
            assert abs(rest.mean()) == pytest.approx(float(margin(rest, worlds)))


def test_what_top_and_bottom_share_does_not_widen_their_ratio():
    noise = np.random.default_rng(6).normal(size=(3, 40))
    found = ratio_interval(1.0 + 0.5 * noise, 2.0 + noise)
    assert vars(found) == pytest.approx({"value": 0.5, "low": 0.5, "high": 0.5}, abs=1e-6)


@pytest.mark.parametrize("bottom", [-0.3, 0.0, 0.02])
def test_a_ratio_is_undefined_where_the_bottom_may_be_0_or_less(bottom):
    noise = np.random.default_rng(5).normal(size=(1, 60)) * 0.3
    assert str(ratio_interval(0.5 + noise, bottom + noise)) == "undefined"


def test_values_of_seeds_with_margins_are_as_wide_as_both_ways_together():
    found = over_seeds(np.array([0.4, 0.5, 0.6]), np.array([0.03, 0.04, 0.05]))
    half = np.sqrt((4.3027 * 0.1) ** 2 / 3 + (0.03**2 + 0.04**2 + 0.05**2) / 3)
    assert (found.value, found.high - found.value) == pytest.approx((0.5, half), rel=1e-4)
    assert over_seeds(np.array([0.4]), np.array([0.03])).low == pytest.approx(0.37)


def test_an_interval_says_what_it_is():
    assert str(Interval(0.5, 0.4, 0.6)) == "0.500 (0.400 to 0.600)"
    assert str(Interval(0.5, -np.inf, np.inf)) == "0.500 (no interval)"
    assert Interval(0.5, -np.inf, 0.1234567).to_json() == {"value": 0.5, "low": None, "high": 0.12346}
    assert basis(1) == "levels only, one training seed"
    assert basis(3) == "levels and 3 training seeds"
