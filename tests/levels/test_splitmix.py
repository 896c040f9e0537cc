"""Every form of splitmix64 gives the same bits: compiled, whole numbers, arrays, and streams of draws."""

import numpy as np

from gamemeta_levels import kernel, splitmix
from gamemeta_levels.families.draws import Draws

MOST = splitmix.MASK
PAIRS = [(0, 0), (1, 0), (0, 1), (2**63 - 1, 2**40), (MOST, MOST), (1234567, MOST - 5)]
REFERENCE = [6457827717110365317, 3203168211198807973, 9817491932198370423]
"""First outputs of the reference implementation of splitmix64 for the seed 1234567."""


def test_whole_numbers_are_those_of_the_reference():
    assert [splitmix.mix(1234567 + k * splitmix.GOLDEN) for k in (1, 2, 3)] == REFERENCE


def test_all_forms_combine_alike():
    seeds, numbers = (np.array(side, np.uint64) for side in zip(*PAIRS, strict=True))
    wanted = [splitmix.combine(seed, number) for seed, number in PAIRS]
    assert splitmix.combine_all(seeds, numbers).tolist() == wanted
    assert [int(kernel.combine(seed, number)) for seed, number in zip(seeds, numbers, strict=True)] == wanted


def test_all_forms_mix_alike():
    states = np.random.default_rng(0).integers(0, MOST, 1000, np.uint64, endpoint=True)
    wanted = [splitmix.mix(int(state)) for state in states]
    assert splitmix.mix_all(states).tolist() == wanted
    assert [int(kernel.mix64(state)) for state in states] == wanted


def test_a_stream_of_draws_is_that_of_the_kernels():
    for seed, number in PAIRS[:4]:
        stream = np.array([kernel.combine(np.uint64(seed), np.uint64(number))], np.uint64)
        draws = Draws(seed, number)
        assert [draws.below(n) for n in (1, 2, 10, 2**32 - 1)] == [
            kernel.below(stream, n) for n in (1, 2, 10, 2**32 - 1)
        ]
