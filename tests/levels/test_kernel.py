import numpy as np
import pytest
from numba.core.errors import NumbaError

from gamemeta_levels.kernel import GOLDEN, below, combine, inlined_kernel, kernel, lean_kernel, mix64, uniform

MASK = (1 << 64) - 1
SPLITMIX_1234567 = [6457827717110365317, 3203168211198807973, 9817491932198370423]
"""First outputs of the reference implementation of splitmix64 for the seed 1234567."""


def mix(x):
    x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & MASK
    return x ^ (x >> 31)


def combined(seed, number):
    golden = int(GOLDEN)
    return mix(mix((seed + golden) & MASK) ^ ((number * golden + golden) & MASK))


def test_the_stream_is_splitmix64():
    states = [np.uint64((1234567 + k * int(GOLDEN)) & MASK) for k in (1, 2, 3)]
    assert [int(mix64(state)) for state in states] == SPLITMIX_1234567


def test_combining_two_numbers_agrees_with_plain_python():
    for seed, number in [(0, 0), (1, 0), (0, 1), (2**63 - 1, 2**40), (MASK, MASK)]:
        assert int(combine(np.uint64(seed), np.uint64(number))) == combined(seed, number)


def test_draws_below_n_agree_with_plain_python():
    stream, state = np.array([99], np.uint64), 99
    for n in (1, 2, 3, 10, 2**31, 2**32 - 1):
        state = (state + int(GOLDEN)) & MASK
        assert below(stream, n) == ((mix(state) >> 32) * n) >> 32
        assert int(stream[0]) == state


def test_draws_below_n_are_even():
    stream = np.array([5], np.uint64)
    counts = np.bincount([below(stream, 6) for _ in range(6000)], minlength=6)
    chi_square = float(np.sum((counts - 1000) ** 2 / 1000))
    assert chi_square < 20.5  # 5 degrees of freedom, one in a thousand


def test_a_uniform_number_is_the_top_24_bits():
    for number in range(100):
        assert float(uniform(7, number)) == (combined(7, number) >> 40) / 2**24


@kernel
def first_of_a_new_array(number):
    made = np.empty(1, np.int64)
    made[0] = number
    return made[0]


@pytest.mark.parametrize("decorator", [lean_kernel, inlined_kernel])
def test_a_lean_kernel_that_makes_an_array_is_refused(decorator):
    @decorator
    def makes_one(number):
        return np.empty(number, np.int64).shape[0]

    with pytest.raises(NumbaError):
        makes_one(3)


def test_a_lean_kernel_may_call_one_that_makes_an_array():
    @lean_kernel
    def calls_it(number):
        return first_of_a_new_array(number)

    assert calls_it(7) == 7
