# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False, check-untyped-defs=False
"""Compiled parts of the family `dungeon`: rooms and caves, niches behind doors, and where things may lie.

Maps are drawn into tiles[:height, :width]; floor never lies on the edge of a map.
"""

from gamemeta_levels.families.breadth_first_kernels import steps_from
from gamemeta_levels.families.dungeon.rules.constants import COLOURS, DOORS
from gamemeta_levels.families.dungeon.rules.kernels import colour_of_door, is_monster, is_patrolled
from gamemeta_levels.family import UNREACHABLE
from gamemeta_levels.kernel import below, lean_kernel
from gamemeta_levels.tiles import FLOOR, SPAWN, WALL

SMALLEST_ROOM, LARGEST_ROOM = 3, 5
CAVE_WALLS_PER_MILLE = 420
"""Share of walls before a cave is smoothed."""
CAVE_ROUNDS = 3
MOST_WALLS_AROUND = 4
"""A tile of a cave is floor where at most so many of the nine around and on it are wall."""
CHEAPEST_CAVE = 3
"""A cave has at least one tile in so many of the map's area; smaller ones are drawn again."""
PICKS = 60
"""Random tiles tried for a thing before the map is given up."""
MONSTER_AWAY = 3
"""Fewest steps from the spawn to a monster's start, walls aside."""


@lean_kernel
def between(low, high, stream):
    """A number in low..high."""
    return low + below(stream, high - low + 1)


@lean_kernel
def dig_rooms(tiles, height, width, count, stream):
    """Random rectangles, each joined to the one before it, and often the last to the first."""
    fill_up(tiles, WALL)
    first_row, first_column, last_row, last_column = 0, 0, 0, 0
    for k in range(count):
        rows = min(between(SMALLEST_ROOM, LARGEST_ROOM, stream), height - 2)
        columns = min(between(SMALLEST_ROOM, LARGEST_ROOM, stream), width - 2)
        top, left = between(1, height - 1 - rows, stream), between(1, width - 1 - columns, stream)
        dig(tiles, top, left, top + rows - 1, left + columns - 1)
        row, column = top + rows // 2, left + columns // 2
        if k == 0:
            first_row, first_column = row, column
        else:
            dig_corridor(tiles, last_row, last_column, row, column, stream)
        last_row, last_column = row, column
    if below(stream, 2):
        dig_corridor(tiles, last_row, last_column, first_row, first_column, stream)


@lean_kernel
def dig_corridor(tiles, row, column, to_row, to_column, stream):
    """A corridor with one bend, across first or down first."""
    bend_row, bend_column = row, to_column
    if below(stream, 2):
        bend_row, bend_column = to_row, column
    dig(tiles, row, column, bend_row, bend_column)
    dig(tiles, to_row, to_column, bend_row, bend_column)


@lean_kernel
def dig(tiles, row, column, to_row, to_column):
    """Make floor of the rectangle between two opposite corners."""
    for y in range(min(row, to_row), max(row, to_row) + 1):
        for x in range(min(column, to_column), max(column, to_column) + 1):
            tiles[y, x] = FLOOR


@lean_kernel
def fill_up(array, value):
    """Set every number of an array [H, W]."""
    for row in range(array.shape[0]):
        for column in range(array.shape[1]):
            array[row, column] = value


@lean_kernel
def dig_cave(tiles, height, width, stream, spare, distance, queue):
    """A cave by cellular automaton, its largest connected part; returns whether it is large enough.

    `spare` uint8 and `distance` uint16 are as large as tiles, `queue` int32 holds its area and one more.
    """
    fill_up(tiles, WALL)
    for row in range(1, height - 1):
        for column in range(1, width - 1):
            tiles[row, column] = WALL if below(stream, 1000) < CAVE_WALLS_PER_MILLE else FLOOR
    for _ in range(CAVE_ROUNDS):
        for row in range(height):
            for column in range(width):
                spare[row, column] = tiles[row, column]
        for row in range(1, height - 1):
            for column in range(1, width - 1):
                walls = 0
                for y in range(row - 1, row + 2):
                    for x in range(column - 1, column + 2):
                        walls += spare[y, x] == WALL
                tiles[row, column] = FLOOR if walls <= MOST_WALLS_AROUND else WALL
    return _keep_largest(tiles, height, width, spare, distance, queue) * CHEAPEST_CAVE >= height * width


@lean_kernel
def _keep_largest(tiles, height, width, seen, distance, queue):
    """Wall up all floor but the largest connected part; returns its size in tiles."""
    fill_up(seen, 0)
    largest, kept_row, kept_column = 0, 0, 0
    for row in range(1, height - 1):
        for column in range(1, width - 1):
            if tiles[row, column] == FLOOR and not seen[row, column]:
                area = steps_from(row, column, tiles, height, width, distance, queue)
                for k in range(area):
                    seen[queue[k] >> 8, queue[k] & 255] = 1
                if area > largest:
                    largest, kept_row, kept_column = area, row, column
    steps_from(kept_row, kept_column, tiles, height, width, distance, queue)
    for row in range(1, height - 1):
        for column in range(1, width - 1):
            if distance[row, column] == UNREACHABLE:
                tiles[row, column] = WALL
    return largest


@lean_kernel
def cut_niche(tiles, height, width, colour, what, stream, place):
    """Cut a door of this colour and behind it a tile of what it guards into the wall beside some floor.

    The two lie in a straight line with the floor; all else beside them is wall. Writes the row and column of
    the guarded tile into `place` and returns whether there was room.
    """
    chosen, count = -1, 0
    for turn in range(2):
        for row in range(1, height - 1):
            for column in range(1, width - 1):
                if tiles[row, column] != FLOOR:
                    continue
                for k in range(4):
                    down, right = (k == 1) - (k == 0), (k == 3) - (k == 2)
                    if not _is_solid(tiles, height, width, row, column, down, right):
                        continue
                    if turn == 1 and count == chosen:
                        tiles[row + down, column + right] = DOORS[colour]
                        place[0], place[1] = row + 2 * down, column + 2 * right
                        tiles[place[0], place[1]] = what
                        return True
                    count += 1
        if count == 0:
            return False
        chosen, count = below(stream, count), 0
    return False


@lean_kernel
def _is_solid(tiles, height, width, row, column, down, right):
    """Whether two tiles in this direction, and all beside them but the tile itself, are wall."""
    end_row, end_column = row + 2 * down, column + 2 * right
    if not (0 <= end_row < height and 0 <= end_column < width):
        return False
    for k in range(1, 4):
        for side in range(-1, 2):
            r, c = row + k * down + side * right, column + k * right + side * down
            corner = k == 3 and side != 0
            if not corner and 0 <= r < height and 0 <= c < width and tiles[r, c] != WALL:
                return False
    return True


@lean_kernel
def is_free(tile):
    """Whether one walks over this tile and nothing happens."""
    return tile in (FLOOR, SPAWN) or is_monster(tile)


@lean_kernel
def may_hold(tiles, row, column):
    """Whether a thing may lie on this tile of floor: nobody is then forced to step on it, or on another.

    The free tiles in the ring around it must hang together, so that they are a way around it, every thing
    beside it must keep another free tile beside itself, and doors stay free.
    """
    if tiles[row, column] != FLOOR:
        return False
    free, links = 0, 0
    for k in range(4):
        down, right = (k == 0) - (k == 2), (k == 1) - (k == 3)
        beside = tiles[row + down, column + right]
        if not is_free(beside):
            if beside != WALL and not _keeps_free(tiles, row + down, column + right):
                return False
            continue
        free += 1
        next_down, next_right = (k == 3) - (k == 1), (k == 0) - (k == 2)  # the next side, a quarter turn on
        corner = tiles[row + down + next_down, column + right + next_right]
        links += is_free(corner) and is_free(tiles[row + next_down, column + next_right])
    return free - links == 1 or links == 4


@lean_kernel
def _keeps_free(tiles, row, column):
    """Whether the thing on this tile has two free tiles beside it; a door never has."""
    if colour_of_door(tiles[row, column]) >= 0:
        return False
    free = 0
    for k in range(4):
        free += is_free(tiles[row + (k == 1) - (k == 0), column + (k == 3) - (k == 2)])
    return free >= 2


@lean_kernel
def scatter(tiles, height, width, first, kinds, count, stream):
    """Lay `count` things, tiles first..first + kinds - 1, where they may lie; returns whether all could."""
    for _ in range(count):
        is_laid = False
        for _ in range(PICKS):
            row, column = between(1, height - 2, stream), between(1, width - 2, stream)
            if may_hold(tiles, row, column):
                tiles[row, column] = first + below(stream, kinds)
                is_laid = True
                break
        if not is_laid:
            return False
    return True


@lean_kernel
def scatter_monsters(tiles, height, width, spawn, first, kinds, count, stream):
    """Put monsters on floor that they can leave, away from the spawn; returns whether all found room."""
    for _ in range(count):
        is_laid = False
        for _ in range(PICKS):
            row, column = between(1, height - 2, stream), between(1, width - 2, stream)
            away = abs(row - spawn[0]) + abs(column - spawn[1]) >= MONSTER_AWAY
            if away and tiles[row, column] == FLOOR and _can_patrol(tiles, row, column):
                tiles[row, column] = first + below(stream, kinds)
                is_laid = True
                break
        if not is_laid:
            return False
    return True


@lean_kernel
def _can_patrol(tiles, row, column):
    across = (row + column) % 2 == 0
    down, right = not across, across
    ahead, behind = tiles[row + down, column + right], tiles[row - down, column - right]
    return is_patrolled(ahead) or is_patrolled(behind)


@lean_kernel
def other_colour(colour, stream):
    """A door colour that is not this one."""
    return (colour + 1 + below(stream, COLOURS - 1)) % COLOURS
