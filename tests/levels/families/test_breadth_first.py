"""Compiled breadth-first search beside a plain one, on maps with and without an edge of wall."""

import numpy as np
import pytest

from gamemeta_levels.families.breadth_first_kernels import search_ways, steps_from
from gamemeta_levels.family import UNREACHABLE


def plain(passable, starts, far):
    """Steps by repeated relaxation: no queue, no order."""
    height, width = passable.shape
    steps = np.full((height + 2, width + 2), far, np.int64)
    inner = steps[1:-1, 1:-1]
    for place in starts:
        inner[place] = 0
    for _ in range(height * width):
        beside = np.minimum.reduce([steps[:-2, 1:-1], steps[2:, 1:-1], steps[1:-1, :-2], steps[1:-1, 2:]])
        inner[:] = np.where(passable, np.minimum(inner, np.minimum(beside + 1, far)), inner)
    return inner


def drawn(share, seed, starts):
    rng = np.random.default_rng(seed)
    passable = (rng.random((7, 9)) < share).astype(np.uint8)
    places = [(int(rng.integers(7)), int(rng.integers(9))) for _ in range(starts)]
    return passable, sorted(set(places))


@pytest.mark.parametrize("share", [0.0, 0.6, 1.0])
@pytest.mark.parametrize("seed", range(20))
def test_steps_from_a_tile_are_those_of_a_plain_search(share, seed):
    passable, [start] = drawn(share, seed, 1)
    distance, queue = np.zeros((8, 10), np.uint16), np.full(7 * 9 + 2, -7, np.int32)
    reached = steps_from(*start, passable, 7, 9, distance, queue)
    assert (distance[:7, :9] == plain(passable, [start], UNREACHABLE)).all()
    assert reached == (distance[:7, :9] < UNREACHABLE).sum()
    along = [int(distance[place >> 8, place & 255]) for place in queue[:reached]]
    assert along == sorted(distance[:7, :9][distance[:7, :9] < UNREACHABLE].tolist())
    assert not distance[7:].any() and not distance[:, 9:].any() and queue[-1] == -7


@pytest.mark.parametrize("share", [0.0, 0.6, 1.0])
@pytest.mark.parametrize("seed", range(20))
def test_ways_lead_from_the_nearest_of_several_starts(share, seed):
    passable, starts = drawn(share, seed, 3)
    distance, queue = np.zeros((7, 9), np.uint8), np.full(7 * 9 + 1, -7, np.int32)
    for k, (row, column) in enumerate(starts):
        queue[k] = row * 256 + column
    reached = search_ways(1 - passable, 1, 7, 9, 255, distance, queue, len(starts))
    assert (distance == plain(passable, starts, 255)).all()
    assert reached == (distance < 255).sum() and queue[-1] == -7


def test_longer_ways_than_a_type_counts_are_cut_below_far():
    distance, queue = np.zeros((1, 9), np.uint8), np.zeros(9, np.int32)
    assert search_ways(np.ones((1, 9), np.uint8), 0, 1, 9, 5, distance, queue, 1) == 9
    assert distance[0].tolist() == [0, 1, 2, 3, 4, 4, 4, 4, 4]
