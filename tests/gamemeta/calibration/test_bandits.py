import math
from functools import cache

import numpy as np
import pytest

from gamemeta.calibration import bandits
from gamemeta.calibration.bandits import PLAYERS, TUNING, draw_bandits, play
from gamemeta.calibration.bayes import bayes_optimal_value
from gamemeta.calibration.gittins import gittins_index
from gamemeta_levels.errors import ConfigError, SpecError, UnknownName


def mean(s, f):
    return (s + 1) / (s + f + 2)


INDICES = {
    "greedy": lambda s, f, m, n: mean(s, f),
    "gittins": lambda s, f, m, n: gittins_index(s, f, m),
    "ucb1": lambda s, f, m, n: mean(s, f) + math.sqrt(2 * math.log(max(n - m, 1)) / (s + f + 2)),
}


def expected_return(index, n):
    """Exactly what pulling the larger of two indices earns, ties by a fair coin."""

    @cache
    def value(a, b, m):
        if m == 0:
            return 0.0
        left, right = (index(s, f, m, n) for s, f in (a, b))
        if left == right:
            return (pull(a, b, m) + pull(b, a, m)) / 2
        return pull(a, b, m) if left > right else pull(b, a, m)

    def pull(a, b, m):
        p = mean(*a)
        won, lost = (a[0] + 1, a[1]), (a[0], a[1] + 1)
        return p * (1 + value(won, b, m - 1)) + (1 - p) * value(lost, b, m - 1)

    return value((0, 0), (0, 0), n)


def twin_return(choose, k, n, rng):
    """One trial in plain Python; choose(successes, failures, pulls left) -> arm."""
    probability, successes, failures = rng.random(k), [0] * k, [0] * k
    for t in range(n):
        arm = choose(successes, failures, n - t)
        if rng.random() < probability[arm]:
            successes[arm] += 1
        else:
            failures[arm] += 1
    return sum(successes)


def largest(values, rng):
    return rng.choice(np.flatnonzero(np.array(values) == max(values)))


def assert_same_mean(a, b):
    spread = math.sqrt(np.var(a) / len(a) + np.var(b) / len(b))
    assert abs(np.mean(a) - np.mean(b)) < 4 * spread


def test_an_instance_depends_on_the_seed_and_its_number_alone():
    whole = draw_bandits(20, 4, seed=5)
    np.testing.assert_array_equal(whole[13:17], draw_bandits(4, 4, seed=5, first=13))
    assert not (whole == draw_bandits(20, 4, seed=6)).any()


@pytest.mark.parametrize("name", PLAYERS)
def test_a_part_is_played_as_in_the_whole(name):
    probability = draw_bandits(30, 3, seed=2)
    whole = play(name, probability, 8, seed=3)
    np.testing.assert_array_equal(whole[11:19], play(name, probability[11:19], 8, seed=3, first=11))


def test_strided_and_read_only_instances_are_played_alike():
    probability = draw_bandits(10, 6, seed=2)
    probability.flags.writeable = False
    copied = np.ascontiguousarray(probability[:, ::2])
    np.testing.assert_array_equal(
        play("greedy", probability[:, ::2], 8, seed=3), play("greedy", copied, 8, seed=3)
    )


@pytest.mark.parametrize("name", PLAYERS)
def test_with_a_single_arm_every_player_meets_the_same_luck(name):
    probability = draw_bandits(50, 2, seed=2)[:, :1]
    np.testing.assert_array_equal(play(name, probability, 9, seed=4), play("random", probability, 9, seed=4))


@pytest.mark.parametrize("name", INDICES)
def test_simulation_agrees_with_the_exact_value_of_an_index_on_two_arms(name):
    returns = play(name, draw_bandits(40_000, 2, seed=8), 10, seed=9)
    assert abs(returns.mean() - expected_return(INDICES[name], 10)) < 4 * returns.std() / 200


@pytest.mark.parametrize("n", [2, 5, 10, 15])
def test_no_index_beats_the_bayes_optimal_value(n):
    optimum = bayes_optimal_value(2, n)
    for index in INDICES.values():
        assert expected_return(index, n) <= optimum + 1e-12


def test_the_finite_horizon_gittins_index_is_nearly_optimal_and_better_than_greedy():
    gittins, greedy = (expected_return(INDICES[name], 15) for name in ("gittins", "greedy"))
    optimum = bayes_optimal_value(2, 15)
    assert optimum - gittins < 0.1 * (optimum - greedy)


@pytest.mark.parametrize("k", [2, 5])
def test_the_bayes_optimal_player_earns_the_bayes_optimal_value(k):
    returns = play("bayes_optimal", draw_bandits(4000, k, seed=8), 10, seed=9)
    assert abs(returns.mean() - bayes_optimal_value(k, 10)) < 4 * returns.std() / math.sqrt(4000)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "parameters", "choose"),
    [
        ("random", {}, lambda rng: lambda s, f, m: rng.integers(len(s))),
        ("greedy", {}, lambda rng: lambda s, f, m: largest(list(map(mean, s, f)), rng)),
        (
            "epsilon_greedy",
            {"epsilon": 0.4},
            lambda rng: (
                lambda s, f, m: (
                    rng.integers(len(s)) if rng.random() < 0.4 else largest(list(map(mean, s, f)), rng)
                )
            ),
        ),
        (
            "thompson",
            {},
            lambda rng: lambda s, f, m: np.argmax(rng.beta(np.array(s) + 1.0, np.array(f) + 1.0)),
        ),
        (
            "optimistic_thompson",
            {"samples": 4},
            lambda rng: (
                lambda s, f, m: np.argmax(
                    rng.beta(np.array(s) + 1.0, np.array(f) + 1.0, (4, len(s))).max(axis=0)
                )
            ),
        ),
        (
            "gittins",
            {},
            lambda rng: (
                lambda s, f, m: largest([gittins_index(*arm, m) for arm in zip(s, f, strict=True)], rng)
            ),
        ),
    ],
)
def test_a_player_earns_what_its_plain_twin_earns(name, parameters, choose):
    k, n, rng = 4, 12, np.random.default_rng(1)
    twin = [twin_return(choose(rng), k, n, rng) for _ in range(1000)]
    assert_same_mean(play(name, draw_bandits(20_000, k, seed=3), n, seed=4, **parameters), twin)


def test_players_at_the_ends_of_their_parameters_are_each_other():
    probability = draw_bandits(300, 4, seed=3)
    greedy = play("greedy", probability, 20, seed=4)
    np.testing.assert_array_equal(play("epsilon_greedy", probability, 20, seed=4, epsilon=0.0), greedy)
    np.testing.assert_array_equal(play("ucb1", probability, 20, seed=4, constant=0.0), greedy)
    np.testing.assert_array_equal(
        play("optimistic_thompson", probability, 20, seed=4, samples=1),
        play("thompson", probability, 20, seed=4),
    )


def test_a_hundred_pulls_of_ten_arms_are_ranked_as_published():
    probability = draw_bandits(1500, 10, seed=11)
    names = ("random", "thompson", "greedy", "gittins")
    random, thompson, greedy, gittins = (play(name, probability, 100, seed=12).mean() for name in names)
    assert random + 20 < thompson < gittins
    assert greedy + 2 < gittins


def test_what_the_paper_tuned_are_parameters_of_the_players():
    probability = draw_bandits(3, 2, seed=0)
    for name, (parameter, values) in TUNING.items():
        for value in (values[0], values[-1]):
            assert play(name, probability, 3, seed=0, **{parameter: value}).shape == (3,)


def test_an_unknown_player_is_told_the_known_ones():
    with pytest.raises(UnknownName, match=r"'gitins'.*gittins"):
        play("gitins", draw_bandits(1, 2, seed=0), 3, seed=0)


def test_an_unknown_parameter_is_told_the_known_ones():
    with pytest.raises(ConfigError, match=r"ucb1 .*'c'.* one of: constant, first"):
        play("ucb1", draw_bandits(1, 2, seed=0), 3, seed=0, c=1.0)


@pytest.mark.parametrize(
    ("name", "n", "seed", "parameters", "message"),
    [
        ("greedy", 0, 0, {}, "n is 0"),
        ("greedy", 3, -1, {}, "seed is -1"),
        ("greedy", 3, 0, {"first": -2}, "first is -2"),
        ("epsilon_greedy", 3, 0, {"epsilon": 1.5}, "epsilon is 1.5"),
        ("ucb1", 3, 0, {"constant": float("nan")}, "constant is nan"),
        ("optimistic_thompson", 3, 0, {"samples": 0}, "samples is 0"),
        ("bayes_optimal", 0, 0, {}, "n is 0"),
    ],
)
def test_settings_out_of_range_are_refused(name, n, seed, parameters, message):
    with pytest.raises(ConfigError, match=message):
        play(name, draw_bandits(1, 2, seed=0), n, seed, **parameters)


@pytest.mark.parametrize("shape", [(3,), (3, 0)])
def test_arrays_that_are_not_bandits_are_refused(shape):
    with pytest.raises(SpecError, match=r"bandits are float32 \[N, k\]"):
        bandits.greedy(np.zeros(shape, np.float32), 3, 0)


def test_probabilities_of_another_type_are_refused():
    with pytest.raises(SpecError, match="float64"):
        bandits.bayes_optimal(np.zeros((3, 2)), 3, 0)
