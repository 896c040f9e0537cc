"""The map of a match: that of its level, or one of its kind that chance arranges."""

import numpy as np

from gamemeta_levels.arena_kernels import arrange, count_pairs
from gamemeta_levels.kernel import combine, lean_kernel

FRESH = 1
"""Number of the draw from an episode's chance that a map is arranged by."""
MAPS = 100
"""Maps tried for a match before it is played on that of the level."""


@lean_kernel
def draw_map(level, height, width, spots, distance, chance, counts, stream, steps, queue, tiles):
    """Arrange a level's map anew into `tiles`, or copy it where nothing fits.

    Args:
        level, spots, distance: the level's tiles, spots [8, 2] and steps to the middle.
        chance: of the episode.
        counts, stream, steps, queue: room, as `arena_kernels.arrange` takes it.
        tiles: is filled.
    """
    count_pairs(level, height, width, spots, distance, counts)
    stream[0] = combine(chance, np.uint64(FRESH))
    for _ in range(MAPS):
        if arrange(tiles, height, width, counts, stream, steps, queue):
            return
    for row in range(level.shape[0]):
        for column in range(level.shape[1]):
            tiles[row, column] = level[row, column]
