"""The scale of returns against means and deviations taken step by step."""

import numpy as np
import pytest

from gamemeta.learners.return_scale import FARTHEST, LEAST_SHARE, SLOWEST, ReturnScale

T, N = 4, 50
STEPS = np.repeat(np.arange(T)[:, None], N, 1)


def returns(seed: int) -> np.ndarray:
    """Means 30, 20, 10, 0 and deviations 1, 2, 3, 4 by step."""
    spread, mean = np.array([[1], [2], [3], [4]]), np.array([[30], [20], [10], [0]])
    drawn = np.random.default_rng(seed).normal(size=(T, N))
    return (drawn * spread + mean).astype(np.float32)


def test_the_first_rollout_gives_targets_of_mean_0_and_deviation_1_in_every_step():
    scale, given = ReturnScale(), returns(0)
    scale.update(given, STEPS)
    targets = scale.to_targets(given, STEPS)
    np.testing.assert_allclose(targets.mean(1), 0, atol=1e-4)
    np.testing.assert_allclose(targets.std(1), 1, atol=1e-4)


def test_returns_and_targets_are_each_others_inverse():
    scale, given = ReturnScale(), returns(0)
    scale.update(returns(1), STEPS)
    back = scale.to_returns(scale.to_targets(given, STEPS), STEPS)
    np.testing.assert_allclose(back, given, rtol=1e-5, atol=1e-4)


def test_the_first_rollouts_count_alike_and_later_ones_a_twentieth():
    scale, seen = ReturnScale(), [returns(seed) for seed in range(25)]
    wanted = np.zeros(T)
    for k, given in enumerate(seen):
        scale.update(given, STEPS)
        wanted += max(SLOWEST, 1 / (k + 1)) * (given.mean(1) - wanted)
        np.testing.assert_allclose(scale.mean, wanted, atol=1e-4)
    np.testing.assert_allclose(np.mean([r.mean(1) for r in seen[:20]], 0), scale.mean, atol=0.5)


def test_steps_that_a_rollout_lacks_are_left_as_they_were():
    scale = ReturnScale()
    scale.update(returns(0), STEPS)
    before = scale.mean.copy(), scale.deviation.copy()
    scale.update(returns(1)[:2], STEPS[:2])
    np.testing.assert_array_equal(scale.mean[2:], before[0][2:])
    np.testing.assert_array_equal(scale.deviation[2:], before[1][2:])
    assert (scale.mean[:2] != before[0][:2]).all()


def test_nothing_is_expected_of_steps_never_seen():
    value = np.array([1.5, -2.0], np.float32)
    np.testing.assert_array_equal(ReturnScale().to_returns(value, np.array([3, 9])), 0)
    np.testing.assert_array_equal(ReturnScale().to_targets(value, np.array([3, 9])), 0)


@pytest.mark.parametrize("unit", [1e-30, 1e-6, 1e-3, 1e3, 1e6, 1e30])
def test_targets_do_not_depend_on_the_unit_of_reward(unit):
    one, other = ReturnScale(), ReturnScale()
    for seed in range(5):
        one.update(returns(seed), STEPS)
        other.update(returns(seed) * np.float32(unit), STEPS)
    targets = other.to_targets(returns(9) * np.float32(unit), STEPS)
    np.testing.assert_allclose(targets, one.to_targets(returns(9), STEPS), rtol=1e-4, atol=1e-4)


def test_equal_returns_do_not_divide_by_zero():
    scale = ReturnScale()
    same = np.full((T, N), 7.0, np.float32)
    for _ in range(200):
        scale.update(same, STEPS)
    assert np.isfinite(scale.to_targets(same + 1, STEPS)).all()


def test_one_scale_for_all_steps_gives_targets_of_mean_0_and_deviation_1_in_all():
    scale, given = ReturnScale(by_step=False), returns(0)
    scale.update(given, STEPS)
    targets = scale.to_targets(given, STEPS)
    np.testing.assert_allclose(targets, (given - given.mean()) / given.std(), atol=1e-4)
    np.testing.assert_allclose(scale.to_returns(targets, STEPS[::-1]), given, rtol=1e-5, atol=1e-4)


def test_one_enormous_reward_does_not_hide_the_others():
    usual, struck = ReturnScale(by_step=False), ReturnScale(by_step=False)
    for seed in range(30):
        given = returns(seed)
        usual.update(given, STEPS)
        if seed in (0, 9):
            given[2, 7] = 1e9
        struck.update(given, STEPS)
    assert abs(struck.mean[0] - usual.mean[0]) < usual.deviation[0]
    assert struck.deviation[0] < 2 * usual.deviation[0]
    assert np.abs(struck.to_targets(np.full((T, N), -1e20, np.float32), STEPS)).max() == FARTHEST


@pytest.mark.parametrize(("size", "differ"), [(1e6, 0.0625), (3e7, 4.0), (1e6, 2.0)])
def test_returns_that_differ_by_rounding_alone_do_not_differ(size, differ):
    scale = ReturnScale(by_step=False)
    given = np.float32(size) + np.resize(np.float32([differ, -differ]), (T, N))
    scale.update(given, STEPS)
    assert scale.to_targets(given, STEPS).any() == (differ > 2**-22 * size)


def test_returns_that_grow_are_followed():
    scale = ReturnScale(by_step=False)
    for k in range(100):
        scale.update(returns(k) * np.float32(1.15**k), STEPS)
    assert 0.3 < scale.to_targets(returns(7) * np.float32(1.15**99), STEPS).std() < 4


def test_a_scale_goes_on_as_it_was_saved():
    scale, again = ReturnScale(), ReturnScale()
    scale.update(returns(0), STEPS)
    again.load_state_dict(scale.state_dict())
    for one in (scale, again):
        one.update(returns(1), STEPS)
    np.testing.assert_array_equal(again.to_targets(returns(2), STEPS), scale.to_targets(returns(2), STEPS))


@pytest.mark.parametrize(
    ("name", "values"),
    [("deviation", [-1.0, 1.0]), ("deviation", [np.nan, 1.0]), ("seen", [0, -1]), ("mean", [0.0])],
)
def test_a_damaged_scale_is_refused(name, values):
    scale = ReturnScale()
    scale.update(returns(0)[:2], STEPS[:2])
    state = scale.state_dict()
    state[name] = np.array(values, state[name].dtype)
    with pytest.raises(ValueError, match=r"deviation|seen"):
        ReturnScale().load_state_dict(state)


def test_two_returns_are_enough_for_a_scale_and_one_is_not():
    scale = ReturnScale()
    scale.update(np.array([[1.0, 5.0], [7.0, 0.0]], np.float32), np.array([[0, 0], [1, 2]]))
    assert scale.mean.tolist() == [3, 0, 0] and scale.deviation.tolist() == [2, 0, 0]


def test_a_step_that_hardly_varies_counts_as_varying_a_little():
    scale = ReturnScale()
    scale.update(np.array([[1.0, 5.0], [3.0, 3.0]], np.float32), np.array([[0, 0], [1, 1]]))
    np.testing.assert_allclose(scale.deviation, [2.0, 2.0 * LEAST_SHARE], rtol=1e-6)


def test_rare_returns_are_not_taken_for_enormous_ones():
    scale = ReturnScale(by_step=False)
    rare = np.zeros((1, 1000), np.float32)
    rare[0, :3] = 5.0
    scale.update(rare, np.zeros((1, 1000), np.int64))
    assert scale.mean[0] == pytest.approx(0.015) and scale.deviation[0] == pytest.approx(rare.std())


def test_what_is_usual_is_known_from_the_first_rollout_on_in_any_unit():
    scale, unit = ReturnScale(by_step=False), np.float32(1e-3)
    scale.update(returns(0) * unit, STEPS)
    before, struck = scale.deviation[0], returns(1) * unit
    struck[0, 0] = 1e6
    scale.update(struck, STEPS)
    assert scale.deviation[0] < 10 * before
