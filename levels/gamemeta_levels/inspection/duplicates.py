"""Levels that are equal."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

MOST_GROUPS, MOST_NAMES = 20, 10
"""Groups of equal levels that are listed, and levels of a group that are named."""


@dataclass(frozen=True, kw_only=True)
class Equal:
    """Levels that are equal to each other."""

    names: tuple[str, ...]
    """The first of them, at most `MOST_NAMES`."""
    levels: int
    """How many there are."""

    def to_json(self) -> dict[str, Any]:
        """Both as plain values."""
        return {"names": list(self.names), "levels": self.levels}


def equal_levels(hashes: NDArray[np.uint64], name_of: Callable[[int], str]) -> tuple[Equal, ...]:
    """Groups of levels with the same hash, the largest first, equally large ones in their order.

    Args:
        hashes: of the content of each level, [N].
        name_of: name of a level by its place in `hashes`.
    """
    order = np.argsort(hashes, kind="stable")
    starts = np.flatnonzero(np.diff(hashes[order], prepend=hashes[order][:1]) != 0)
    starts = np.concatenate([[0], starts])[: len(hashes)]
    sizes = np.diff(starts, append=len(hashes))
    several = np.flatnonzero(sizes > 1)
    first = order[starts[several]]
    largest = several[np.lexsort((first, -sizes[several]))][:MOST_GROUPS]
    return tuple(
        Equal(
            names=tuple(
                name_of(int(row)) for row in order[starts[k] : starts[k] + min(sizes[k], MOST_NAMES)]
            ),
            levels=int(sizes[k]),
        )
        for k in largest
    )
