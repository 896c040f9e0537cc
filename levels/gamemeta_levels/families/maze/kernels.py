# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False, check-untyped-defs=False
"""Compiled parts of the family `maze`: carving, placing, breadth-first distances."""

import numpy as np

from gamemeta_levels.families.breadth_first_kernels import odd_between, steps_from
from gamemeta_levels.family import UNREACHABLE
from gamemeta_levels.hash_kernels import finished, hash_of_tiles, split_code_of
from gamemeta_levels.kernel import below, combine, kernel, lean_kernel
from gamemeta_levels.tiles import FLOOR, GOAL, SPAWN, WALL

TRIES = 10_000
"""Draws after which a seed is given up; one draw in ten hits the rarest split."""

_DOWN, _RIGHT = np.array([-1, 1, 0, 0]), np.array([0, 0, -1, 1])
_WAYS = np.array([bin(ways).count("1") for ways in range(16)])
"""How many of the four directions, one bit each, lead on."""
_NTH_WAY = np.zeros((16, 4), np.int64)
"""The first, second, third and fourth of them."""
for _ways in range(16):
    _NTH_WAY[_ways, : _WAYS[_ways]] = [k for k in range(4) if _ways >> k & 1]


@lean_kernel
def carve(tiles, height, width, stream, stack, closed):
    """Make tiles[:height, :width] a spanning tree over the cells at odd coordinates.

    Depth-first search: from the newest cell to a random neighbour not yet visited.

    Args:
        stack, closed: room for as many numbers as there are tiles. `closed` is 1 for each cell not yet
            visited, in rows with a cell of rim at each end and a row of rim above and below.
    """
    for row in range(tiles.shape[0]):
        for column in range(tiles.shape[1]):
            tiles[row, column] = WALL
    rows, columns = (height - 1) // 2, (width - 1) // 2
    side = columns + 2
    for k in range((rows + 2) * side):
        closed[k] = 0
    for row in range(1, rows + 1):
        for column in range(1, columns + 1):
            closed[row * side + column] = 1
    start = below(stream, rows * columns)
    row, column = start // columns, start % columns
    tiles[2 * row + 1, 2 * column + 1] = FLOOR
    closed[(row + 1) * side + column + 1] = 0
    stack[0], top = row * 256 + column, 1  # no division on the way
    while top > 0:
        row, column = stack[top - 1] >> 8, stack[top - 1] & 255
        here = (row + 1) * side + column + 1
        ways = closed[here - side] | closed[here + side] << 1 | closed[here - 1] << 2 | closed[here + 1] << 3
        if ways == 0:
            top -= 1
            continue
        move = _NTH_WAY[ways, below(stream, _WAYS[ways])]
        dr, dc = _DOWN[move], _RIGHT[move]
        tiles[2 * row + 1 + dr, 2 * column + 1 + dc] = FLOOR
        tiles[2 * row + 1 + 2 * dr, 2 * column + 1 + 2 * dc] = FLOOR
        closed[here + dr * side + dc] = 0
        stack[top] = (row + dr) * 256 + column + dc
        top += 1


@lean_kernel
def braid(tiles, height, width, per_mille, stream):
    """Open this share of the walls that still stand between neighbouring cells."""
    rows, columns = (height - 1) // 2, (width - 1) // 2
    standing = rows * (columns - 1) + (rows - 1) * columns - (rows * columns - 1)
    wanted = (standing * per_mille + 500) // 1000
    for row in range(1, height - 1):
        for column in range(1 + row % 2, width - 1, 2):
            if tiles[row, column] == WALL:
                if below(stream, standing) < wanted:
                    tiles[row, column] = FLOOR
                    wanted -= 1
                standing -= 1


@lean_kernel
def clear(distance):
    """Make every distance UNREACHABLE."""
    for row in range(distance.shape[0]):
        for column in range(distance.shape[1]):
            distance[row, column] = UNREACHABLE


@lean_kernel
def place(tiles, height, width, least, stream, distance, queue, spawn, goal):
    """Put the spawn on a random floor tile and the goal at least this many steps away.

    Returns whether some floor tile is that far.
    """
    rows, columns = height - 2, width - 2
    row, column = 0, 0
    while tiles[row, column] != FLOOR:
        cell = below(stream, rows * columns)
        row, column = 1 + cell // columns, 1 + cell % columns
    reached = steps_from(row, column, tiles, height, width, distance, queue)
    first = 0
    while first < reached and distance[queue[first] >> 8, queue[first] & 255] < least:
        first += 1
    if first == reached:
        return False
    chosen = queue[first + below(stream, reached - first)]
    spawn[0], spawn[1] = row, column
    goal[0], goal[1] = chosen >> 8, chosen & 255
    tiles[row, column] = SPAWN
    tiles[goal[0], goal[1]] = GOAL
    return True


@kernel
def fill(
    ranges,
    rows,
    seeds,
    split,
    tiles,
    size,
    spawn,
    goal,
    par_steps,
    distance,
    seed,
    content,
):
    """Generate one level for each seed into its row; draw again until it lies in the split.

    `ranges` int64 [7]: height low, high, width low, high, braiding low, high (per mille), and the
    goal distance. Returns -1, or the index of a seed that found no level in `TRIES` draws.
    """
    most = tiles.shape[1] * tiles.shape[2]
    stack, closed = np.empty(most, np.int64), np.empty(most, np.int64)
    queue = np.empty(most + 1, np.int32)
    stream = np.empty(1, np.uint64)
    for k in range(rows.shape[0]):
        i = rows[k]
        attempt, in_split = 0, False
        while not in_split:
            if attempt == TRIES:
                return k
            stream[0] = combine(np.uint64(seeds[k]), np.uint64(attempt))
            attempt += 1
            height = odd_between(ranges[0], ranges[1], stream)
            width = odd_between(ranges[2], ranges[3], stream)
            share = ranges[4] + below(stream, ranges[5] - ranges[4] + 1)
            carve(tiles[i], height, width, stream, stack, closed)
            braid(tiles[i], height, width, share, stream)
            if not place(tiles[i], height, width, ranges[6], stream, distance[i], queue, spawn[i], goal[i]):
                continue
            content[i] = finished(hash_of_tiles(tiles[i], height, width))
            in_split = split < 0 or split_code_of(content[i]) == split
        size[i, 0], size[i, 1], seed[i] = height, width, seeds[k]
        clear(distance[i])
        steps_from(goal[i, 0], goal[i, 1], tiles[i], height, width, distance[i], queue)
        par_steps[i] = distance[i, spawn[i, 0], spawn[i, 1]]
    return -1


@kernel
def measure(tiles, size, spawn, goal, par_steps, distance):
    """Distances to the goal and the length of the shortest way, -1 where there is none."""
    queue = np.empty(tiles.shape[1] * tiles.shape[2] + 1, np.int32)
    for i in range(tiles.shape[0]):
        clear(distance[i])
        steps_from(goal[i, 0], goal[i, 1], tiles[i], size[i, 0], size[i, 1], distance[i], queue)
        far = distance[i, spawn[i, 0], spawn[i, 1]]
        par_steps[i] = -1 if far == UNREACHABLE else far
