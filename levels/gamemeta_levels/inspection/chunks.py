"""Many generated levels at once: in chunks that fit into memory, made by several threads, in order."""

import os
from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.errors import LevelError
from gamemeta_levels.family import LevelFamily, generate_arrays
from gamemeta_levels.level import Level
from gamemeta_levels.split import MAX_SEED
from gamemeta_levels.threads import thread_pool

CHUNK_LEVELS = 4096
CHUNK_BYTES = 16 * 1024 * 1024
"""At most this much memory is used for a chunk, whatever the size of a level."""
MOST_THREADS = 8

Progress = Callable[[int], None]
"""Called with the number of levels done so far."""
Result = TypeVar("Result")


def generated(family: LevelFamily, split: str, count: int, *, first_seed: int = 0) -> Iterator[Level]:
    """The levels of `count` seeds from `first_seed` on, in their order.

    Raises:
        UnknownName: no such split.
        LevelError: a seed out of range.
    """
    source = drawn_from(family, split)

    def make(seeds: NDArray[np.int64]) -> list[Level]:
        arrays = generate_arrays(family, seeds, split)
        return [source.unpack(arrays, row) for row in range(len(seeds))]

    for levels in in_chunks(family, split, count, make, first_seed=first_seed):
        yield from levels


def in_chunks(
    family: LevelFamily,
    split: str,
    count: int,
    work: Callable[[NDArray[np.int64]], Result],
    *,
    first_seed: int = 0,
) -> Generator[Result, None, None]:
    """Results of `work` for each chunk of seeds, in the order of the seeds.

    Chunks are worked on by several threads, and few ahead of what has been taken, so that memory does not
    grow with `count`. Close the iterator to stop early.

    Raises:
        LevelError: a seed out of range.
        Exception: whatever `work` raises.
    """
    last = first_seed + count - 1
    if last > MAX_SEED:
        raise LevelError(
            f"a level seed is too large: {count} from {first_seed} on go beyond {MAX_SEED}. Start lower."
        )
    chunk = _chunk_levels(drawn_from(family, split))
    threads = min(os.cpu_count() or 1, MOST_THREADS)
    with thread_pool(threads) as pool:
        ahead: deque[Future[Result]] = deque()
        for start in range(first_seed, last + 1, chunk):
            stop = min(start + chunk - 1, last)  # included, as the last seed may be the largest number
            seeds = np.arange(stop - start + 1, dtype=np.int64) + start
            ahead.append(pool.submit(work, seeds))
            if len(ahead) > threads:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()


def drawn_from(family: LevelFamily, split: str) -> LevelFamily:
    """The family that levels of this split are drawn from: its `far` for that split, else itself.

    Raises:
        ConfigError: there are no far levels.
    """
    return family.far() if split == "far" else family


def _chunk_levels(family: LevelFamily) -> int:
    one = family.arrays(1)
    size = one.tiles.nbytes + one.distance.nbytes + sum(array.nbytes for array in one.more.values())
    return max(1, min(CHUNK_LEVELS, CHUNK_BYTES // size))
