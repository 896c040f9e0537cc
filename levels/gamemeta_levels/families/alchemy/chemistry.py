"""What a chemistry of Symbolic Alchemy is (Wang et al. 2021), as numbers.

Stones are the eight corners of a latent cube: bit d of a corner is set where its coordinate d is +1. Six
kinds of potion move a stone along one axis in one direction, where the chemistry has that edge. In it are::

    graph       six numbers: for each axis, what the two other coordinates, the lower first, must be for a
                stone to move along it: -1, +1, or 0 for any
    potion_map  six numbers: the latent axis of each of three pairs of colours, then, for each latent axis,
                the direction (-1 or +1) that the second colour of its pair moves a stone in
    stone_map   three numbers: which side of each axis looks like +1, -1 or +1
    rotation    0: stones look like their corner; 1, 2, 3: turned by 45 degrees about the third, second or
                first axis

The rules were read in google-deepmind/dm_alchemy: `symbolic_alchemy.py`, `types/graphs.py` and
`types/stones_and_potions.py`.
"""

from functools import lru_cache
from itertools import product

import numpy as np
from numpy.typing import NDArray

AXES, CORNERS, COLOURS = 3, 8, 6
STONES, POTIONS, EPISODE_STEPS = 3, 12, 20
"""Of an episode: stones, potions and steps."""
REWARDS = np.array([-3, -1, 1, 15], np.int64)
"""Reward of a stone by the number of its coordinates that are +1."""
TOP = CORNERS - 1
"""The corner of the best stone."""
OTHER_AXES = np.array([[1, 2], [0, 2], [0, 1]], np.int64)
"""The two axes beside each."""
PERMUTATIONS = np.array([(0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)], np.int64)
"""Latent axes of the three pairs of colours."""
ROTATIONS = 4
CONDITIONS = 6
"""Numbers of a graph."""

# Twice the coordinates that are seen, of coordinates on the cube.
LOOKS = np.array(
    [
        [[2, 0, 0], [0, 2, 0], [0, 0, 2]],
        [[1, -1, 0], [1, 1, 0], [0, 0, 2]],
        [[1, 0, 1], [0, 2, 0], [-1, 0, 1]],
        [[2, 0, 0], [0, 1, -1], [0, 1, 1]],
    ],
    np.int64,
)


def has_edge(graph: tuple[int, ...], corner: int, axis: int) -> bool:
    """Whether a stone on this corner can move along the axis, one way or the other."""
    sides = [1 if corner >> other & 1 else -1 for other in OTHER_AXES[axis]]
    return all(need in (0, side) for need, side in zip(graph[2 * axis : 2 * axis + 2], sides, strict=True))


def is_connected(graph: tuple[int, ...]) -> bool:
    """Whether every corner can be reached from every other."""
    reached, front = {0}, [0]
    while front:
        corner = front.pop()
        for axis in range(AXES):
            if has_edge(graph, corner, axis) and corner ^ (1 << axis) not in reached:
                reached.add(corner ^ (1 << axis))
                front.append(corner ^ (1 << axis))
    return len(reached) == CORNERS


@lru_cache(maxsize=1)
def graphs() -> NDArray[np.int64]:
    """The 109 graphs [109, 6] in which every stone can become every other, by their number of conditions:
    1 has none, 12 have one, 48 have two and 48 have three."""
    every = [graph for graph in product((-1, 0, 1), repeat=CONDITIONS) if is_connected(graph)]
    return np.array(sorted(every, key=lambda graph: (CONDITIONS - graph.count(0), graph)), np.int64)


@lru_cache(maxsize=1)
def first_graphs() -> NDArray[np.int64]:
    """Where in `graphs` those with 0, 1, 2 and 3 conditions begin, and where the last end: [5]. Each number
    of conditions is drawn equally often."""
    conditions = np.count_nonzero(graphs(), axis=1)
    return np.searchsorted(conditions, np.arange(conditions.max() + 2)).astype(np.int64)


def number_of(graph: NDArray[np.int64]) -> NDArray[np.int64]:
    """Numbers [..., 6] of -1, 0 and 1 as one number below 729."""
    number: NDArray[np.int64] = (graph + 1) @ 3 ** np.arange(CONDITIONS)
    return number


@lru_cache(maxsize=1)
def place_of_number() -> NDArray[np.int64]:
    """Where in `graphs` each is, [729] by `number_of`; -1 for those that are none."""
    place = np.full(3**CONDITIONS, -1, np.int64)
    place[number_of(graphs())] = np.arange(len(graphs()))
    return place
