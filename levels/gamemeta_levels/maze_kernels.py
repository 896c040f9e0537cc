"""Compiled parts of the family `maze`: carving, placing, breadth-first distances."""

import numpy as np

from gamemeta_levels.family import UNREACHABLE
from gamemeta_levels.hash_kernels import finished, hash_of_tiles, split_code_of
from gamemeta_levels.kernel import below, combine, kernel
from gamemeta_levels.tiles import FLOOR, GOAL, SPAWN, WALL

TRIES = 10_000
"""Draws after which a seed is given up; one draw in ten hits the rarest split."""


@kernel
def carve(tiles, height, width, stream, stack):
    """Make tiles[:height, :width] a spanning tree over the cells at odd coordinates.

    Depth-first search: from the newest cell to a random neighbour not yet visited.
    """
    for row in range(tiles.shape[0]):
        for column in range(tiles.shape[1]):
            tiles[row, column] = WALL
    rows, columns = (height - 1) // 2, (width - 1) // 2
    start = below(stream, rows * columns)
    tiles[2 * (start // columns) + 1, 2 * (start % columns) + 1] = FLOOR
    stack[0], top = (start // columns) * 256 + start % columns, 1  # no division on the way
    while top > 0:
        row, column = stack[top - 1] >> 8, stack[top - 1] & 255
        up = row > 0 and tiles[2 * row - 1, 2 * column + 1] == WALL
        down = row < rows - 1 and tiles[2 * row + 3, 2 * column + 1] == WALL
        left = column > 0 and tiles[2 * row + 1, 2 * column - 1] == WALL
        right = column < columns - 1 and tiles[2 * row + 1, 2 * column + 3] == WALL
        choices = np.int64(up) + np.int64(down) + np.int64(left) + np.int64(right)
        if choices == 0:
            top -= 1
            continue
        pick = below(stream, choices)
        dr, dc = 0, 0
        if up:
            if pick == 0:
                dr = -1
            pick -= 1
        if down:
            if pick == 0:
                dr = 1
            pick -= 1
        if left:
            if pick == 0:
                dc = -1
            pick -= 1
        if right and pick == 0:
            dc = 1
        tiles[2 * row + 1 + dr, 2 * column + 1 + dc] = FLOOR
        row, column = row + dr, column + dc
        tiles[2 * row + 1, 2 * column + 1] = FLOOR
        stack[top] = row * 256 + column
        top += 1


@kernel
def braid(tiles, height, width, per_mille, stream):
    """Open this share of the walls that still stand between neighbouring cells."""
    rows, columns = (height - 1) // 2, (width - 1) // 2
    standing = rows * (columns - 1) + (rows - 1) * columns - (rows * columns - 1)
    wanted = (standing * per_mille + 500) // 1000
    for row in range(1, height - 1):
        for column in range(1, width - 1):
            if (row + column) % 2 == 1 and tiles[row, column] == WALL:
                if below(stream, standing) < wanted:
                    tiles[row, column] = FLOOR
                    wanted -= 1
                standing -= 1


@kernel
def clear(distance):
    """Make every distance UNREACHABLE."""
    for row in range(distance.shape[0]):
        for column in range(distance.shape[1]):
            distance[row, column] = UNREACHABLE


@kernel
def spread(tiles, height, width, row, column, distance, queue):
    """Breadth-first distances from a tile into distance[:height, :width]; returns how many tiles
    were reached. `queue` int32 then holds them, nearest first, as row * 256 + column."""
    for r in range(height):
        for c in range(width):
            distance[r, c] = UNREACHABLE
    distance[row, column] = 0
    queue[0] = row * 256 + column
    head, tail = 0, 1
    while head < tail:
        r, c = queue[head] >> 8, queue[head] & 255
        head += 1
        further = distance[r, c] + 1
        if r > 0 and distance[r - 1, c] == UNREACHABLE and tiles[r - 1, c] != WALL:
            distance[r - 1, c] = further
            queue[tail] = (r - 1) * 256 + c
            tail += 1
        if r + 1 < height and distance[r + 1, c] == UNREACHABLE and tiles[r + 1, c] != WALL:
            distance[r + 1, c] = further
            queue[tail] = (r + 1) * 256 + c
            tail += 1
        if c > 0 and distance[r, c - 1] == UNREACHABLE and tiles[r, c - 1] != WALL:
            distance[r, c - 1] = further
            queue[tail] = r * 256 + c - 1
            tail += 1
        if c + 1 < width and distance[r, c + 1] == UNREACHABLE and tiles[r, c + 1] != WALL:
            distance[r, c + 1] = further
            queue[tail] = r * 256 + c + 1
            tail += 1
    return tail


@kernel
def place(tiles, height, width, least, stream, distance, queue, spawn, goal):
    """Put the spawn on a random floor tile and the goal at least this many steps away.

    Returns whether some floor tile is that far.
    """
    rows, columns = height - 2, width - 2
    row, column = 0, 0
    while tiles[row, column] != FLOOR:
        cell = below(stream, rows * columns)
        row, column = 1 + cell // columns, 1 + cell % columns
    reached = spread(tiles, height, width, row, column, distance, queue)
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
def odd_between(low, high, stream):
    """An odd number of low..high, both odd."""
    return low + 2 * below(stream, (high - low) // 2 + 1)


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
    stack = np.empty(most, np.int64)
    queue = np.empty(most, np.int32)
    stream = np.empty(1, np.uint64)
    for k in range(rows.shape[0]):
        i = rows[k]
        attempt, found = 0, False
        while not found:
            if attempt == TRIES:
                return k
            stream[0] = combine(np.uint64(seeds[k]), np.uint64(attempt))
            attempt += 1
            height = odd_between(ranges[0], ranges[1], stream)
            width = odd_between(ranges[2], ranges[3], stream)
            share = ranges[4] + below(stream, ranges[5] - ranges[4] + 1)
            carve(tiles[i], height, width, stream, stack)
            braid(tiles[i], height, width, share, stream)
            if not place(tiles[i], height, width, ranges[6], stream, distance[i], queue, spawn[i], goal[i]):
                continue
            content[i] = finished(hash_of_tiles(tiles[i], height, width))
            found = split < 0 or split_code_of(content[i]) == split
        size[i, 0], size[i, 1], seed[i] = height, width, seeds[k]
        clear(distance[i])
        spread(tiles[i], height, width, goal[i, 0], goal[i, 1], distance[i], queue)
        par_steps[i] = distance[i, spawn[i, 0], spawn[i, 1]]
    return -1


@kernel
def measure(tiles, size, spawn, goal, par_steps, distance):
    """Distances to the goal and the length of the shortest way, -1 where there is none."""
    queue = np.empty(tiles.shape[1] * tiles.shape[2], np.int32)
    for i in range(tiles.shape[0]):
        clear(distance[i])
        spread(tiles[i], size[i, 0], size[i, 1], goal[i, 0], goal[i, 1], distance[i], queue)
        far = distance[i, spawn[i, 0], spawn[i, 1]]
        par_steps[i] = -1 if far == UNREACHABLE else far
