# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False, check-untyped-defs=False
"""Compiled parts of the family `arena`: maps with rotational symmetry, and the others' styles.

A map stays as it is when it is turned by half: every wall, pick-up and spawn at (row, column) has its like at
(height - 1 - row, width - 1 - column). Only the colours of the exits differ between the two halves.
"""

import numpy as np

from gamemeta_levels.families.arena.styles import SKILL, STYLE_SIZE, draw_style, split_code_of_style
from gamemeta_levels.families.breadth_first_kernels import odd_between, steps_from
from gamemeta_levels.family import UNREACHABLE
from gamemeta_levels.hash_kernels import (
    finished,
    hash_of_tiles,
    name_bytes,
    split_code_of,
    with_numbers,
)
from gamemeta_levels.kernel import below, combine, kernel, lean_kernel
from gamemeta_levels.tiles import AMMUNITION, COVER, EXIT_1, FLOOR, GOAL, LOAD, SPAWN, WALL

STYLES, MAPS, PLACES = 10_000, 500, 60
"""How many styles are drawn for a seed, maps for a style, and places for a pair, until one fits."""
SPAWNS = EXITS = 4
SPOTS = SPAWNS + EXITS
"""Places that games know by number: the spawns in reading order, then the exits by colour."""
PAIRED = (WALL, COVER, AMMUNITION, LOAD)
"""What comes in pairs, in the order in which a map counts it."""
COUNTS = len(PAIRED) + 2
"""Numbers that a map is arranged from: pairs of each of `PAIRED`, and the range of spawn distances."""
SKILL_NAME, STYLE_NAME = name_bytes("skill"), name_bytes("style")


@kernel
def arrange(tiles, height, width, counts, stream, distance, queue):
    """Draw a map of so many pairs into tiles[:height, :width]; returns whether everything found a place, and
    all can be reached without crossing the middle. `distance` then holds steps to the middle."""
    tiles[:, :] = WALL
    tiles[1 : height - 1, 1 : width - 1] = FLOOR
    middle_row, middle_column = height // 2, width // 2
    tiles[middle_row, middle_column] = GOAL
    put_exits(tiles, height, width, stream)
    for kind in range(len(PAIRED)):
        for _ in range(counts[kind]):
            if not put_pair(tiles, height, width, PAIRED[kind], 0, 0, stream, distance):
                return False
    tiles[middle_row, middle_column] = WALL
    around = steps_from(middle_row - 1, middle_column, tiles, height, width, distance, queue)
    if around != np.count_nonzero(tiles[:height, :width] != WALL):
        return False
    tiles[middle_row, middle_column] = GOAL
    steps_from(middle_row, middle_column, tiles, height, width, distance, queue)
    for _ in range(SPAWNS // 2):
        if not put_pair(tiles, height, width, SPAWN, counts[-2], counts[-1], stream, distance):
            return False
    return True


@kernel
def put_exits(tiles, height, width, stream):
    """An exit in each of the four outer walls, in a random order of colours."""
    column, row = 2 + below(stream, width - 4), 2 + below(stream, height - 4)
    colours = np.arange(EXITS)
    for k in range(EXITS - 1):
        other = k + below(stream, EXITS - k)
        colours[k], colours[other] = colours[other], colours[k]
    tiles[0, column] = EXIT_1 + colours[0]
    tiles[height - 1, width - 1 - column] = EXIT_1 + colours[1]
    tiles[row, 0] = EXIT_1 + colours[2]
    tiles[height - 1 - row, width - 1] = EXIT_1 + colours[3]


@lean_kernel
def put_pair(tiles, height, width, kind, near, far, stream, distance):
    """Put a thing and its like on floor away from the middle; where far is not 0, `distance` must lie in
    near..far. Returns whether a place was found."""
    for _ in range(PLACES):
        row, column = 1 + below(stream, height - 2), 1 + below(stream, width - 2)
        beside = abs(row - height // 2) + abs(column - width // 2) == 1
        if tiles[row, column] != FLOOR or (beside and kind == WALL):
            continue
        if far and not near <= distance[row, column] <= far:
            continue
        tiles[row, column] = kind
        tiles[height - 1 - row, width - 1 - column] = kind
        return True
    return False


@lean_kernel
def find_spots(tiles, height, width, spots):
    """Places [8, 2] of the spawns and the exits, -1 where there is none."""
    spots[:, :] = -1
    spawns = 0
    for row in range(height):
        for column in range(width):
            k = tiles[row, column] - EXIT_1 + SPAWNS
            if tiles[row, column] == SPAWN and spawns < SPAWNS:
                k = spawns
                spawns += 1
            elif not SPAWNS <= k < SPOTS:
                continue
            spots[k, 0], spots[k, 1] = row, column


@lean_kernel
def count_pairs(tiles, height, width, spots, distance, counts):
    """Write what a map is arranged from into counts int64 [6], to arrange another of its kind.

    `distance` are steps to the middle.
    """
    counts[:] = 0
    for kind in range(len(PAIRED)):
        for row in range(1, height - 1):
            for column in range(1, width - 1):
                counts[kind] += tiles[row, column] == PAIRED[kind]
        counts[kind] //= 2
    counts[-2] = UNREACHABLE
    for k in range(SPAWNS):
        steps = np.int64(distance[spots[k, 0], spots[k, 1]])
        counts[-2], counts[-1] = min(counts[-2], steps), max(counts[-1], steps)


@lean_kernel
def content_of(tiles, height, width, others):
    """The content hash of a level with these tiles and others [9], style and skill."""
    value = with_numbers(hash_of_tiles(tiles, height, width), SKILL_NAME, others[SKILL:])
    return finished(with_numbers(value, STYLE_NAME, others[:STYLE_SIZE]))


@lean_kernel
def draw_others(settings, stream, others):
    """Draw style and skill [9] by `ArenaParameters.others`."""
    draw_style(settings[0], settings[1], settings[2] != 0, stream, others[:STYLE_SIZE])
    others[SKILL] = settings[3] + below(stream, settings[4] - settings[3] + 1)


@kernel
def fill(
    ranges, settings, rows, seeds, split, tiles, size, spots, par_steps, distance, others, seed, content
):
    """Generate the level of each seed into its row. Returns the first index that was given up, or -1.

    The style is drawn first, and the map until the content belongs to the same split as the style: levels
    of a split never show a style of another.
    """
    stream = np.empty(1, np.uint64)
    queue = np.empty(tiles.shape[1] * tiles.shape[2] + 1, np.int32)
    counts = np.empty(COUNTS, np.int64)
    for k in range(rows.shape[0]):
        i, in_split = rows[k], False
        stream[0] = combine(np.uint64(seeds[k]), np.uint64(0))
        for _ in range(STYLES):
            draw_others(settings, stream, others[i])
            style_split = split_code_of_style(others[i, :STYLE_SIZE])
            if split < 0 or style_split == split:
                in_split = True
                break
        if not in_split:
            return k
        in_split = False
        for _ in range(MAPS):
            height = odd_between(ranges[0, 0], ranges[0, 1], stream)
            width = odd_between(ranges[1, 0], ranges[1, 1], stream)
            for kind in range(len(PAIRED)):
                counts[kind] = ranges[2 + kind, 0] + below(
                    stream, ranges[2 + kind, 1] - ranges[2 + kind, 0] + 1
                )
            counts[-2], counts[-1] = ranges[-1, 0], ranges[-1, 1]
            distance[i] = UNREACHABLE
            if not arrange(tiles[i], height, width, counts, stream, distance[i], queue):
                continue
            content[i] = content_of(tiles[i], height, width, others[i])
            if split_code_of(content[i]) == style_split:
                in_split = True
                break
        if not in_split:
            return k
        size[i, 0], size[i, 1], seed[i] = height, width, seeds[k]
        find_spots(tiles[i], height, width, spots[i])
        par_steps[i] = distance[i, spots[i, 0, 0], spots[i, 0, 1]]
    return -1


@kernel
def measure(tiles, size, spots, par_steps, distance):
    """Spots, steps to the middle, and the steps of the first spawn; -1 where a spot is missing, the middle
    is no goal, or some tile has no way to it."""
    queue = np.empty(tiles.shape[1] * tiles.shape[2] + 1, np.int32)
    for i in range(tiles.shape[0]):
        height, width = size[i, 0], size[i, 1]
        row, column = height // 2, width // 2
        distance[i] = UNREACHABLE
        find_spots(tiles[i], height, width, spots[i])
        par_steps[i] = -1
        if tiles[i, row, column] != GOAL or spots[i].min() < 0:
            continue
        reached = steps_from(row, column, tiles[i], height, width, distance[i], queue)
        if reached == np.count_nonzero(tiles[i, :height, :width] != WALL):
            par_steps[i] = distance[i, spots[i, 0, 0], spots[i, 0, 1]]
