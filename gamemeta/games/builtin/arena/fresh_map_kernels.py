# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False, check-untyped-defs=False
"""How every match on an arena begins: on the map of its level, or on one of its kind that chance arranges."""

from typing import Any, NamedTuple

import numpy as np

from gamemeta_levels.families.arena.kernels import COUNTS, arrange, count_pairs, find_spots
from gamemeta_levels.kernel import combine, kernel, lean_kernel

FRESH = 1
"""Number of the draw from an episode's chance that a map is arranged by."""
MAPS = 100
"""Maps tried for a match before it is played on that of the level."""


class MapArrays(NamedTuple):
    """The map that a match begins on, and working memory for arranging one."""

    tiles: Any
    """uint8 [H, W]: the map."""
    spots: Any
    """int32 [8, 2]: places of its spawns and exits."""
    queue: Any
    """int32 [H * W + 1]: tiles that wait in a search."""
    steps: Any
    """uint16 [H, W]: steps to a tile."""
    counts: Any
    """int64 [6]: what the map is arranged from."""
    stream: Any
    """uint64 [1]: random numbers."""


@kernel
def map_arrays(levels):
    """Arrays that maps of these `ArenaLevels` fit into."""
    height, width = levels.tiles.shape[1:]
    return MapArrays(
        np.empty((height, width), np.uint8),
        np.empty(levels.spots.shape[1:], np.int32),
        np.empty(height * width + 1, np.int32),
        np.empty((height, width), np.uint16),
        np.empty(COUNTS, np.int64),
        np.empty(1, np.uint64),
    )


@lean_kernel
def lay_out(i, fresh, levels, world, drawn):
    """Write size, chance and others of level i into `world`, and its map and spots into `drawn`, `MapArrays`;
    with `fresh` the map is arranged anew."""
    height, width = levels.size[i, 0], levels.size[i, 1]
    world.size[i, 0], world.size[i, 1], world.chance[i] = height, width, levels.chance[i]
    for k in range(world.others.shape[1]):
        world.others[i, k] = levels.others[i, k]
    if not fresh or not rearrange(i, levels, drawn):
        copy_map(levels.tiles[i], drawn.tiles)
    find_spots(drawn.tiles, height, width, drawn.spots)


@lean_kernel
def copy_map(tiles, drawn):
    """drawn = tiles, without room for what they might share."""
    for row in range(tiles.shape[0]):
        for column in range(tiles.shape[1]):
            drawn[row, column] = tiles[row, column]


@lean_kernel
def rearrange(i, levels, drawn):
    """Arrange a map of as many things as level i holds; returns whether one was found."""
    height, width, counts, stream = levels.size[i, 0], levels.size[i, 1], drawn.counts, drawn.stream
    count_pairs(levels.tiles[i], height, width, levels.spots[i], levels.distance[i], counts)
    stream[0] = combine(levels.chance[i], np.uint64(FRESH))
    for _ in range(MAPS):
        if arrange(drawn.tiles, height, width, counts, stream, drawn.steps, drawn.queue):
            return True
    return False
