"""Levels in blocks of a fixed order, played side by side."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, wait
from itertools import pairwise
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from gamemeta.evaluation.watch import SHOW_S, OutOfTime, Watch
from gamemeta_levels.threads import thread_pool

FIRST, LARGEST = 8, 256
"""Levels of the first blocks and of the last ones; small at first, so that little time is enough for some."""

Rows = NDArray[np.int64]
Result = TypeVar("Result")


def blocks_of(levels: int) -> list[Rows]:
    """The numbers of all levels: 8, 8, 16, 32, 64 ... and at most 256 in a block.

    The blocks depend on the number of levels alone, never on time or threads, and the first ones are the same
    for any number of levels; less than a first block at the end joins the block before it.
    """
    ends = [0]
    while ends[-1] < levels:
        ends.append(ends[-1] + min(max(ends[-1], FIRST), LARGEST))
    ends[-1] = levels
    if len(ends) > 2 and ends[-1] - ends[-2] < FIRST:
        del ends[-2]
    return [np.arange(first, last) for first, last in pairwise(ends)]


def play_blocks(
    play: Callable[[Rows], Result],
    blocks: Sequence[Rows],
    *,
    threads: int,
    started: Callable[[], Any],
    watch: Watch,
    cut: bool = False,
) -> list[Result]:
    """Results of `play` for each block, in order.

    Args:
        play: plays a block; it calls `watch.stepped`.
        blocks: of `blocks_of`.
        threads: blocks played at once; 1 plays them in this thread.
        started: called first in each further thread.
        watch: shows the progress and ends the play.
        cut: whether an early end, by time or by Ctrl-C, gives the results of the first blocks.
    Raises:
        OutOfTime: the time was up, before the first block was played if `cut`.
    """
    done: list[Result] = []
    try:
        if threads == 1:
            for rows in blocks:
                done.append(play(rows))
        else:
            with thread_pool(threads, started) as pool:
                _take(done, [pool.submit(play, rows) for rows in blocks], watch)
    except BaseException as error:
        watch.stop()
        if not (cut and done and isinstance(error, OutOfTime | KeyboardInterrupt)):
            raise
    return done


def _take(done: list[Result], played: list[Future[Result]], watch: Watch) -> None:
    """Take the results in order as they come, and show the progress meanwhile."""
    for future in played:
        while not future.done():
            wait([future], SHOW_S)
            watch.show()
        done.append(future.result())
