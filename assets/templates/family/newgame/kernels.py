"""The compiled generator: arrays and numbers in, levels out."""

import numpy as np
from gamemeta_levels.families.maze.kernels import TRIES, place
from gamemeta_levels.hash_kernels import finished, hash_of_tiles, split_code_of
from gamemeta_levels.kernel import below, combine, kernel
from gamemeta_levels.tiles import FLOOR, WALL


@kernel
def scatter(tiles, height, width, percent, stream):
    """Floor with a border of wall, and inside it a rock on so many tiles of a hundred."""
    tiles[:, :] = WALL
    for row in range(1, height - 1):
        for column in range(1, width - 1):
            if below(stream, 100) >= percent:
                tiles[row, column] = FLOOR


@kernel
def generate(ranges, rows, seeds, split, arrays):
    """Generate one level for each seed into its row; draw again until it lies in the split.

    `ranges` int64 [7]: height low, high, width low, high, rocks low, high, goal distance. `arrays` are tiles,
    spawn, goal, size, distance, content hash. Returns -1, or the index of a seed that found no level.
    """
    tiles, spawn, goal, size, distance, content = arrays
    queue = np.empty(tiles.shape[1] * tiles.shape[2] + 1, np.int32)
    stream = np.empty(1, np.uint64)
    for k in range(rows.shape[0]):
        i, attempt, fits = rows[k], 0, False
        while not fits:
            if attempt == TRIES:
                return k
            stream[0] = combine(np.uint64(seeds[k]), np.uint64(attempt))
            attempt += 1
            height = ranges[0] + below(stream, ranges[1] - ranges[0] + 1)
            width = ranges[2] + below(stream, ranges[3] - ranges[2] + 1)
            rocks = ranges[4] + below(stream, ranges[5] - ranges[4] + 1)
            scatter(tiles[i], height, width, rocks, stream)
            if (tiles[i] == FLOOR).any():
                fits = place(
                    tiles[i], height, width, ranges[6], stream, distance[i], queue, spawn[i], goal[i]
                )
            content[i] = finished(hash_of_tiles(tiles[i], height, width))
            fits = fits and (split < 0 or split_code_of(content[i]) == split)
        size[i, 0], size[i, 1] = height, width
    return -1
