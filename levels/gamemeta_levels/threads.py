"""Threads that nobody waits for when work is given up."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any


@contextmanager
def thread_pool(count: int, started: Callable[[], Any] = lambda: None) -> Iterator[ThreadPoolExecutor]:
    """A pool that is waited for at the end of the block, but not when an error or Ctrl-C leaves it.

    Args:
        count: of threads.
        started: called first in each of them.
    """
    pool = ThreadPoolExecutor(count, initializer=started)
    try:
        yield pool
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        raise
    pool.shutdown()
