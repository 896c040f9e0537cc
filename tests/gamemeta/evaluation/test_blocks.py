"""Blocks of levels: their order, and where time cuts them off."""

import itertools
import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gamemeta.evaluation.blocks import FIRST, LARGEST, blocks_of, play_blocks
from gamemeta.evaluation.watch import OutOfTime, Watch


def test_blocks_double_from_eight_to_256():
    sizes = [len(rows) for rows in blocks_of(1024)]
    assert sizes == [8, 8, 16, 32, 64, 128, 256, 256, 256]


@given(st.integers(1, 3000))
def test_every_level_is_in_one_block_and_none_is_alone(levels):
    blocks = blocks_of(levels)
    np.testing.assert_array_equal(np.concatenate(blocks), np.arange(levels))
    sizes = [len(rows) for rows in blocks]
    assert min(sizes) >= min(FIRST, levels)
    assert max(sizes) < LARGEST + FIRST


@given(st.integers(1, 2000), st.integers(0, 500))
def test_the_first_blocks_are_the_same_for_any_number_of_levels(levels, more):
    some, others = blocks_of(levels), blocks_of(levels + more)
    for one, other in itertools.islice(zip(some, others, strict=False), len(some) - 1):
        if other is not others[-1]:
            np.testing.assert_array_equal(one, other)


def play(blocks, job, watch, threads=1, cut=True):
    return play_blocks(job, blocks, threads=threads, started=lambda: None, watch=watch, cut=cut)


@pytest.mark.parametrize("threads", [1, 3])
def test_time_cuts_after_whole_blocks_in_their_order(threads):
    """The third block is out of time; those after it have ended, and count for nothing."""
    blocks, ended = blocks_of(256), threading.Event()

    def job(rows):
        if rows[0] == 16:
            ended.wait(5 if threads > 1 else 0)
            raise OutOfTime
        if rows[0] == 32:
            ended.set()
        return len(rows)

    assert play(blocks, job, Watch(), threads) == [8, 8]


@pytest.mark.parametrize("error", [OutOfTime, KeyboardInterrupt])
def test_nothing_to_count_is_no_result(error):
    def job(rows):
        raise error

    with pytest.raises(error):
        play(blocks_of(20), job, Watch())


def test_ctrl_c_stops_all_threads_and_is_kept_where_nothing_may_be_cut():
    watch, stopped = Watch(), threading.Event()

    def job(rows):
        if rows[0] == 8:
            raise KeyboardInterrupt
        while rows[0] > 8:
            try:
                watch.stepped(0)
            except OutOfTime:
                stopped.set()
                raise
        return rows

    with pytest.raises(KeyboardInterrupt):
        play(blocks_of(64), job, watch, threads=3, cut=False)
    assert stopped.wait(5)


def test_a_watch_counts_levels_and_ends_at_its_time():
    now, shown = [0.0], []
    watch = Watch(10.0, lambda *progress: shown.append(progress), clock=lambda: now[0])
    watch.begin(levels=4, episodes=6)
    for ended in (5, 1, 12.5):
        now[0] += 3
        watch.stepped(ended)
    assert shown == [(0, 4), (0, 4), (1, 4), (3, 4)]
    now[0] = 11
    with pytest.raises(OutOfTime):
        watch.stepped(0)
