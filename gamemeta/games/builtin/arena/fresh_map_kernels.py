# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False, check-untyped-defs=False
"""How every match on an arena begins: on the map of its level, or on one of its kind that chance arranges."""

import numpy as np

from gamemeta_levels.families.arena.kernels import COUNTS, arrange, count_pairs, find_spots
from gamemeta_levels.kernel import combine, kernel, lean_kernel

FRESH = 1
"""Number of the draw from an episode's chance that a map is arranged by."""
MAPS = 100
"""Maps tried for a match before it is played on that of the level."""


@kernel
def room_for(levels):
    """Room to lay maps of these levels out in: tiles and spots [8, 2] of the map, then what helps to find
    them, a queue first. `levels` are tiles, size, spots, distance, others and chance."""
    height, width = levels[0].shape[1:]
    return (
        np.empty((height, width), np.uint8),
        np.empty(levels[2].shape[1:], np.int32),
        np.empty(height * width, np.int32),
        np.empty((height, width), np.uint16),
        np.empty(COUNTS, np.int64),
        np.empty(1, np.uint64),
    )


@lean_kernel
def lay_out(i, fresh, levels, size, chance, others, room):
    """Write size, chance and others of level i, and its map and spots into `room`; with `fresh` the map is
    arranged anew."""
    tiles, sizes, spots, distance, level_others, chances = levels
    height, width = sizes[i, 0], sizes[i, 1]
    size[i, 0], size[i, 1], chance[i] = height, width, chances[i]
    for k in range(others.shape[1]):
        others[i, k] = level_others[i, k]
    if not fresh or not rearrange(tiles[i], height, width, spots[i], distance[i], chance[i], room):
        copy_map(tiles[i], room[0])
    find_spots(room[0], height, width, room[1])


@lean_kernel
def copy_map(tiles, drawn):
    """drawn = tiles, without room for what they might share."""
    for row in range(tiles.shape[0]):
        for column in range(tiles.shape[1]):
            drawn[row, column] = tiles[row, column]


@lean_kernel
def rearrange(tiles, height, width, spots, distance, chance, room):
    """Arrange a map of as many things as these tiles hold; returns whether one was found."""
    drawn, _, queue, steps, counts, stream = room
    count_pairs(tiles, height, width, spots, distance, counts)
    stream[0] = combine(chance, np.uint64(FRESH))
    for _ in range(MAPS):
        if arrange(drawn, height, width, counts, stream, steps, queue):
            return True
    return False
