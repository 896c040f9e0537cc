# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False, check-untyped-defs=False
"""Breadth-first search over tiles."""

from gamemeta_levels.family import UNREACHABLE
from gamemeta_levels.kernel import below, lean_kernel
from gamemeta_levels.tiles import WALL


@lean_kernel
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


@lean_kernel
def odd_between(low, high, stream):
    """An odd number of low..high, both odd."""
    return low + 2 * below(stream, (high - low) // 2 + 1)
