"""Compiled parts of the family `alchemy`: drawing chemistries, and what one does to stones."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.families.alchemy.chemistry import (
    AXES,
    COLOURS,
    CONDITIONS,
    CORNERS,
    LOOKS,
    OTHER_AXES,
    PERMUTATIONS,
    ROTATIONS,
)
from gamemeta_levels.hash_kernels import finished, hash_of_tiles, name_bytes, split_code_of, with_numbers
from gamemeta_levels.kernel import below, combine, kernel, lean_kernel

TRIES = 10_000
"""Draws after which a seed is given up; one draw in ten hits the rarest split."""
_GRAPH, _POTION_MAP, _ROTATION, _STONE_MAP = (
    name_bytes(name) for name in ("graph", "potion_map", "rotation", "stone_map")
)

Whole = NDArray[np.int64]
Small = NDArray[np.int8]
Stream = NDArray[np.uint64]


@lean_kernel
def draw_graph(stream: Stream, graphs: Whole, first: Whole, out: Whole) -> None:
    """A graph [6]: its number of conditions first, each with the same chance, then one of those that have so
    many."""
    conditions = below(stream, first.shape[0] - 1)
    begin, end = first[conditions], first[conditions + 1]
    chosen = begin + below(stream, end - begin)
    for k in range(CONDITIONS):
        out[k] = graphs[chosen, k]


@lean_kernel
def draw_potion_map(stream: Stream, out: Whole) -> None:
    """One of 48 potion maps [6]."""
    order = below(stream, PERMUTATIONS.shape[0])
    for axis in range(AXES):
        out[axis] = PERMUTATIONS[order, axis]
        out[AXES + axis] = 2 * below(stream, 2) - 1


@lean_kernel
def draw_stone_map(stream: Stream, out: Whole) -> None:
    """One of 8 stone maps [3]."""
    for axis in range(AXES):
        out[axis] = 2 * below(stream, 2) - 1


@kernel
def fill(
    graphs: Whole,
    first: Whole,
    turned: bool,
    rows: Whole,
    seeds: Whole,
    split: int,
    tiles: NDArray[np.uint8],
    graph: Small,
    potion_map: Small,
    stone_map: Small,
    rotation: Small,
    seed: Whole,
    content: NDArray[np.uint64],
) -> Any:
    """Draw the chemistry of each seed until it lies in the split.

    Returns -1, or the index of a seed that found no level in `TRIES` draws.
    """
    drawn_graph, drawn_potions = np.empty(CONDITIONS, np.int64), np.empty(2 * AXES, np.int64)
    drawn_stones, drawn_rotation = np.empty(AXES, np.int64), np.zeros(1, np.int64)
    stream = np.empty(1, np.uint64)
    for k in range(rows.shape[0]):
        i = rows[k]
        start = hash_of_tiles(tiles[i], 1, tiles.shape[2])
        attempt, in_split = 0, False
        while not in_split:
            if attempt == TRIES:
                return k
            stream[0] = combine(np.uint64(seeds[k]), np.uint64(attempt))
            attempt += 1
            draw_graph(stream, graphs, first, drawn_graph)
            draw_potion_map(stream, drawn_potions)
            draw_stone_map(stream, drawn_stones)
            drawn_rotation[0] = below(stream, ROTATIONS) if turned else 0
            value = with_numbers(start, _GRAPH, drawn_graph)
            value = with_numbers(value, _POTION_MAP, drawn_potions)
            value = with_numbers(value, _ROTATION, drawn_rotation)
            content[i] = finished(with_numbers(value, _STONE_MAP, drawn_stones))
            in_split = split < 0 or split_code_of(content[i]) == split
        for j in range(CONDITIONS):
            graph[i, j] = drawn_graph[j]
            potion_map[i, j] = drawn_potions[j]
        for axis in range(AXES):
            stone_map[i, axis] = drawn_stones[axis]
        rotation[i], seed[i] = drawn_rotation[0], seeds[k]
    return -1


@lean_kernel
def side(corner: int, axis: int) -> Any:
    """The coordinate of a corner along an axis, -1 or +1."""
    return 1 if corner >> axis & 1 else -1


@lean_kernel
def moved(graph: Any, corner: int, axis: int, direction: int) -> Any:
    """The corner of a stone after a potion of this latent axis and direction."""
    if side(corner, axis) == direction:
        return corner
    for k in range(2):
        need = graph[2 * axis + k]
        if need != 0 and need != side(corner, OTHER_AXES[axis, k]):
            return corner
    return corner ^ (1 << axis)


@lean_kernel
def axis_of(potion_map: Any, colour: int) -> Any:
    """The latent axis that a colour works along."""
    return potion_map[colour // 2]


@lean_kernel
def direction_of(potion_map: Any, colour: int) -> Any:
    """The latent direction that a colour works in, -1 or +1."""
    plus = potion_map[AXES + potion_map[colour // 2]]
    return plus if colour % 2 == 1 else -plus


@lean_kernel
def reactions(graph: Any, potion_map: Any, out: NDArray[np.uint8]) -> None:
    """Fill out [COLOURS, CORNERS] with the corner that a potion of each colour turns a stone into."""
    for colour in range(COLOURS):
        axis, direction = axis_of(potion_map, colour), direction_of(potion_map, colour)
        for corner in range(CORNERS):
            out[colour, corner] = moved(graph, corner, axis, direction)


@lean_kernel
def looks(stone_map: Any, rotation: int, out: NDArray[np.int8]) -> None:
    """Fill out [CORNERS, AXES] with what is seen of each stone: -1, 0 or 1 for each feature."""
    for corner in range(CORNERS):
        for feature in range(AXES):
            twice = 0
            for axis in range(AXES):
                twice += LOOKS[rotation, feature, axis] * side(corner, axis) * stone_map[axis]
            out[corner, feature] = twice // 2
