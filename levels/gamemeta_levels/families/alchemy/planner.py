"""The ways of all graphs, and what the best play is expected to earn in each, exactly."""

from functools import lru_cache
from itertools import permutations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.families.alchemy import planner_kernels as kernels
from gamemeta_levels.families.alchemy.chemistry import AXES, CORNERS, OTHER_AXES, POTIONS, graphs, number_of


class Ways(NamedTuple):
    """The ways to sell a stone.

    Args:
        needs: int64 [graphs, corners, most], packed counts of potions.
        values: int64 [graphs, corners, most], what the stone then pays.
        counts: int64 [graphs, corners], how many there are.
    """

    needs: NDArray[np.int64]
    values: NDArray[np.int64]
    counts: NDArray[np.int64]


@lru_cache(maxsize=1)
def all_ways() -> Ways:
    """The ways in each of `graphs`."""
    count = len(graphs())
    shape = (count, CORNERS, kernels.MOST_WAYS)
    made = Ways(np.zeros(shape, np.int64), np.zeros(shape, np.int64), np.zeros((count, CORNERS), np.int64))
    kernels.ways(graphs(), *made)
    return made


def expected_reward(graph: int) -> float:
    """Mean reward of an episode of the best play that knows a chemistry with this one of `graphs`.

    Exact: over all stones and potions. Graphs that are the same but for the order of their axes share it.
    """
    return _expected(_alike(tuple(graphs()[graph].tolist())))


@lru_cache(maxsize=128)
def _expected(graph: tuple[int, ...]) -> float:
    place = int(np.flatnonzero(number_of(graphs()) == number_of(np.array(graph)))[0])
    return float(kernels.expected(*(part[place] for part in all_ways()), POTIONS))


def _alike(graph: tuple[int, ...]) -> tuple[int, ...]:
    """The first of the graphs that differ from this one in the order of their axes alone."""
    need = {(axis, int(other)): graph[2 * axis + k] for axis in range(AXES) for k, other in _others(axis)}
    return min(
        tuple(need[order[axis], order[other]] for axis in range(AXES) for _, other in _others(axis))
        for order in permutations(range(AXES))
    )


def _others(axis: int) -> list[tuple[int, int]]:
    return list(enumerate(OTHER_AXES[axis].tolist()))
