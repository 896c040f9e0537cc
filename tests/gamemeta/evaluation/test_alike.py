"""Levels that play alike are one level to every interval."""

import numpy as np

from gamemeta.evaluation.alike import different_levels
from gamemeta.evaluation.statistics.intervals import interval


def test_levels_that_play_alike_have_the_same_number():
    different, numbers = different_levels(np.array([9, 4, 9, 0, 7, 4, 0], np.uint64))
    assert different == 5
    assert numbers.tolist() == [2, 0, 2, 3, 1, 0, 4]


def test_no_level_differs_from_none():
    assert different_levels(np.zeros(0, np.uint64))[0] == 0


def covered(alike: bool, *, worlds=24, copies=8, runs=400):
    """Share of 95% intervals that hold the true mean, where every level is drawn in several copies."""
    rng, hits = np.random.default_rng(0), 0
    for _ in range(runs):
        world = rng.integers(0, worlds, worlds * copies)
        returns = rng.normal(size=worlds)[world] + 0.1 * rng.normal(size=len(world))
        _, numbers = different_levels(world.astype(np.uint64) + 1)
        found = interval(returns, numbers if alike else None)
        hits += found.low <= 0 <= found.high
    return hits / runs


def test_intervals_over_different_levels_hold_what_they_say():
    assert 0.92 <= covered(alike=True) <= 0.98
    assert covered(alike=False) < 0.7
