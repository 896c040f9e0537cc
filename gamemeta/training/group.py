"""The shards of a training in one process, each in a thread of its own."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import reduce
from typing import Any, TypeVar

T = TypeVar("T")
R = TypeVar("R")


class ThreadGroup:
    """All shards of a training in this process; a `gamemeta.learners.meta_learner.Group`.

    Args:
        threads: for the shards.
        count: of shards.
    """

    def __init__(self, threads: ThreadPoolExecutor, count: int) -> None:
        self._threads = threads
        self.count, self.numbers = count, range(count)

    def map(self, do: Callable[[T], R], items: Sequence[T], /) -> list[R]:
        return list(self._threads.map(do, items))

    def gather(self, parts: Sequence[T], /) -> list[T]:
        return list(parts)

    def sum(self, parts: Sequence[list[Any]], /) -> list[Any]:
        return reduce(_added, self.gather(parts))


def _added(one: list[Any], other: list[Any]) -> list[Any]:
    return [a + b for a, b in zip(one, other, strict=True)]


def in_turn(do: Callable[[T], R], items: Sequence[T], /) -> list[R]:
    """`ThreadGroup.map` without threads."""
    return [do(item) for item in items]
