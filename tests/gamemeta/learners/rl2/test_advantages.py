"""Generalised advantage estimation against its definition as a sum."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gamemeta.learners.rl2.advantages import advantages


def by_definition(reward, value, next_value, discount, carry_on, lam):
    """A_t = sum over s >= t of (product over t <= u < s of discount_u lam carry_on_u) delta_s."""
    steps, lanes = reward.shape
    error = reward + discount * next_value - value
    out = np.zeros((steps, lanes))
    for i in range(lanes):
        for t in range(steps):
            for s in range(t, steps):
                weight = np.prod((discount * lam * carry_on)[t:s, i])
                out[t, i] += weight * error[s, i]
    return out


def random_case(seed: int, steps: int, lanes: int):
    rng = np.random.default_rng(seed)
    reward, value, next_value = rng.normal(size=(3, steps, lanes)).astype(np.float32)
    discount = np.where(rng.random((steps, lanes)) < 0.2, 0, 0.97).astype(np.float32)
    carry_on = rng.random((steps, lanes)) < 0.8
    return reward, value, next_value, discount, carry_on


@given(
    seed=st.integers(0, 2**32 - 1),
    steps=st.integers(1, 12),
    lanes=st.integers(1, 3),
    lam=st.floats(0, 1),
)
def test_the_recursion_equals_the_sum(seed, steps, lanes, lam):
    case = random_case(seed, steps, lanes)
    np.testing.assert_allclose(advantages(*case, lam), by_definition(*case, lam), atol=1e-5)


def test_nothing_after_a_cut_reaches_what_came_before_it():
    reward, value, next_value, discount, carry_on = random_case(0, 8, 2)
    carry_on[3] = False
    before = advantages(reward, value, next_value, discount, carry_on, 0.9)[:4]
    reward[4:] += 100
    np.testing.assert_array_equal(advantages(reward, value, next_value, discount, carry_on, 0.9)[:4], before)


def test_without_mixing_it_is_the_error_of_one_step():
    reward, value, next_value, discount, carry_on = random_case(1, 5, 2)
    np.testing.assert_allclose(
        advantages(reward, value, next_value, discount, carry_on, 0.0),
        reward + discount * next_value - value,
        atol=1e-6,
    )
