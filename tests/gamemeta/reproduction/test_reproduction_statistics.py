import numpy as np
import pytest

from gamemeta.reproduction.statistics import deviation, half_width, mean, ratio


def test_the_error_of_a_mean_is_that_of_its_distribution():
    coins = np.tile([0.0, 1.0], 5000)
    found = mean(coins)
    assert found.value == 0.5
    assert found.error == pytest.approx(0.5 / 10_000**0.5, rel=1e-3)
    assert found.low == pytest.approx(0.5 - 1.96 * found.error, abs=1e-6)


def test_levels_played_equally_often_have_no_error_between_them():
    levels = np.repeat(np.arange(4), 100)
    assert mean(levels.astype(float), levels).error == 0.0
    noisy = levels + np.tile([-1.0, 1.0], 200)
    assert mean(noisy, levels).error == pytest.approx(1 / 400**0.5, rel=0.02)
    assert mean(noisy, levels).value == 1.5


def test_a_share_of_what_it_is_a_multiple_of_has_no_error():
    reference = np.random.default_rng(0).uniform(1, 2, 500)
    found = ratio(0.9 * reference, reference)
    assert found.value == pytest.approx(0.9)
    assert found.error == pytest.approx(0.0, abs=1e-12)


def test_the_error_of_a_share_agrees_with_repeated_draws():
    rng = np.random.default_rng(1)

    def drawn():
        reference = rng.normal(10, 2, 400)
        return ratio(0.8 * reference + rng.normal(0, 1, 400), reference)

    found = [drawn() for _ in range(400)]
    assert found[0].error == pytest.approx(np.std([f.value for f in found]), rel=0.15)


def test_one_seed_has_no_spread():
    assert deviation([1.0]) is None
    assert deviation([1.0, 3.0]) == pytest.approx(2**0.5)


def test_an_interval_over_few_seeds_has_their_own_t():
    assert half_width(0.1, [5.0]) == pytest.approx(0.196, abs=1e-4)
    seeds = half_width(0.0, [1.0, 2.0, 3.0])
    assert seeds == pytest.approx(4.3027 / 3**0.5, rel=1e-4)
    assert half_width(0.1, [1.0, 2.0, 3.0]) == pytest.approx((0.196**2 + seeds**2) ** 0.5, rel=1e-4)
