"""The shards of all processes of a training, as its meta-learner sees them."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import reduce
from typing import Any, TypeVar

import torch

from gamemeta.training.processes.link import Link

T = TypeVar("T")
R = TypeVar("R")


def shares(shards: int, processes: int) -> list[range]:
    """The numbers of the shards that each process has: neighbours, and as many as the others, or one more."""
    most, more = divmod(shards, processes)
    ends = [most * (k + 1) + min(k + 1, more) for k in range(processes)]
    return [range(start, end) for start, end in zip([0, *ends], ends, strict=False)]


class ProcessGroup:
    """The shards of a training in all its processes; a `gamemeta.learners.meta_learner.Group`.

    Args:
        link: to the other processes.
        threads: for the shards of this one.
        shards: of the whole training.
    """

    def __init__(self, link: Link, threads: ThreadPoolExecutor, shards: int) -> None:
        self._link, self._threads = link, threads
        self._shares = shares(shards, link.count)
        self.count, self.numbers = shards, self._shares[link.rank]

    def map(self, do: Callable[[T], R], items: Sequence[T], /) -> list[R]:
        return list(self._threads.map(do, items))

    def gather(self, parts: Sequence[T], /) -> list[T]:
        return [part for values in self._link.gather(list(parts)) for part in values]

    def sum(self, parts: Sequence[list[Any]], /) -> list[Any]:
        """As `Group.sum`, of tensors of one type: as one row a shard, and added row by row."""
        shapes = [tensor.shape for tensor in parts[0]]
        rows = torch.stack([torch.cat([tensor.reshape(-1) for tensor in part]) for part in parts])
        room = len(self._shares[0]) - len(rows)
        every = self._link.gather_rows(torch.nn.functional.pad(rows, (0, 0, 0, room)))
        parts_in_order = [
            row for share, block in zip(self._shares, every, strict=True) for row in block[: len(share)]
        ]
        whole = reduce(torch.add, parts_in_order)
        pieces = torch.split(whole, [shape.numel() for shape in shapes])
        return [piece.view(shape) for piece, shape in zip(pieces, shapes, strict=True)]
