"""Compiled matrix products against NumPy in double precision."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numba.core.errors import TypingError

from gamemeta.arithmetic.products import PANEL, panels, product


def factors(rows, depth, columns, seed=0):
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((rows, depth)).astype(np.float32)
    return x, rng.standard_normal((depth, columns)).astype(np.float32)


def multiplied(x, matrix):
    packed = panels(matrix)
    y = np.full((len(x), len(packed) * PANEL), np.nan, np.float32)
    product(x, packed, y)
    return y


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 40), st.integers(1, 70), st.integers(1, 100))
def test_a_product_is_what_numpy_says(rows, depth, columns):
    x, matrix = factors(rows, depth, columns, seed=rows)
    y, wanted = multiplied(x, matrix), x.astype(np.float64) @ matrix.astype(np.float64)
    np.testing.assert_allclose(y[:, :columns], wanted, rtol=1e-5, atol=1e-5)
    assert (y[:, columns:] == 0).all()


def test_a_row_does_not_depend_on_those_beside_it():
    x, matrix = factors(13, 48, 40)
    every = multiplied(x, matrix)
    for i in range(len(x)):
        np.testing.assert_array_equal(multiplied(x[i : i + 1], matrix)[0], every[i])


def test_factors_with_gaps_are_refused():
    x, matrix = factors(8, 64, 32)
    with pytest.raises(TypingError):
        multiplied(x[:, ::2], matrix[:32])
