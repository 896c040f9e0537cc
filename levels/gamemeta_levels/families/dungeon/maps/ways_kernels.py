# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False, check-untyped-defs=False
"""Compiled ways through a dungeon: to the key that opens the exit's door, and on to the exit."""

from typing import Any, NamedTuple

from gamemeta_levels.families.breadth_first_kernels import steps_from
from gamemeta_levels.families.dungeon.maps.map_kernels import fill_up, is_free
from gamemeta_levels.families.dungeon.rules import constants as r
from gamemeta_levels.families.dungeon.rules.kernels import advance, colour_of_door, colour_of_key
from gamemeta_levels.family import UNREACHABLE
from gamemeta_levels.kernel import lean_kernel
from gamemeta_levels.tiles import CHEST, GOAL, GOLD, HAZARD, WALL

CLEAN, CAREFUL, BARE = range(3)
"""What ways avoid beside walls, doors, traps and keys that do not fit: every thing that lies about; what
hurts or moves one elsewhere; nothing."""


@lean_kernel
def is_welcome(tile, rules):
    """Whether a way that takes care leads over this tile: it is free, or pays, or does no harm."""
    if is_free(tile) or tile in (GOLD, CHEST):
        return True
    if r.FIRST_POTION <= tile < r.FIRST_POTION + r.POTION_COLOURS:
        return rules[r.EFFECT_OF_POTION + tile - r.FIRST_POTION] != r.HURT
    if r.FIRST_SCROLL <= tile < r.FIRST_SCROLL + r.SCROLL_COLOURS:
        return rules[r.EFFECT_OF_SCROLL + tile - r.FIRST_SCROLL] == r.REVEAL
    return False


@lean_kernel
def find_passable(tiles, height, width, rules, care, passable):
    """Write into passable uint8 [H, W] where a way may lead; doors, keys and the exit are left out."""
    for row in range(height):
        for column in range(width):
            tile = tiles[row, column]
            if care == CLEAN:
                passable[row, column] = is_free(tile)
            elif care == CAREFUL:
                passable[row, column] = is_welcome(tile, rules)
            else:
                shut = tile in (WALL, GOAL, HAZARD) or colour_of_door(tile) >= 0
                passable[row, column] = not shut and colour_of_key(tile) < 0


@lean_kernel
def find_door(tiles, height, width, goal, door):
    """Write the place of the exit's door into door [2]; returns its colour, -1 where there is none."""
    for k in range(4):
        row, column = goal[0] + (k == 1) - (k == 0), goal[1] + (k == 3) - (k == 2)
        if 0 <= row < height and 0 <= column < width and colour_of_door(tiles[row, column]) >= 0:
            door[0], door[1] = row, column
            return colour_of_door(tiles[row, column])
    return -1


@lean_kernel
def find_right_key(tiles, height, width, rules, colour, key):
    """Write the place of the key to doors of this colour into key [2]; returns whether there is one."""
    for row in range(height):
        for column in range(width):
            k = colour_of_key(tiles[row, column])
            if k >= 0 and rules[r.KEY_OPENS + k] == colour:
                key[0], key[1] = row, column
                return True
    return False


class WaySearch(NamedTuple):
    """Ways through one dungeon, and working memory to search them."""

    distance: Any
    """uint16 [H, W]: steps to the exit with its door open."""
    key_distance: Any
    """uint16 [H, W]: steps to the right key."""
    passable: Any
    """uint8 [H, W]: whether ways lead over a tile."""
    queue: Any
    """int32 [H * W + 1]: tiles that wait."""
    ends: Any
    """int32 [2, 2]: places of the right key and of the exit's door."""


@lean_kernel
def find_ways(tiles, height, width, spawn, goal, rules, care, search):
    """Fill `search`, a `WaySearch`; returns the steps of the whole way, or -1."""
    distance, key_distance, passable, queue = (
        search.distance,
        search.key_distance,
        search.passable,
        search.queue,
    )
    fill_up(distance, UNREACHABLE)
    fill_up(key_distance, UNREACHABLE)
    key, door = search.ends[0], search.ends[1]
    colour = find_door(tiles, height, width, goal, door)
    if colour < 0 or not find_right_key(tiles, height, width, rules, colour, key):
        return -1
    find_passable(tiles, height, width, rules, care, passable)
    passable[key[0], key[1]] = 1
    steps_from(key[0], key[1], passable, height, width, key_distance, queue)
    passable[door[0], door[1]] = 1
    steps_from(goal[0], goal[1], passable, height, width, distance, queue)
    first, second = key_distance[spawn[0], spawn[1]], distance[key[0], key[1]]
    if UNREACHABLE in (first, second):
        return -1
    return first + second


@lean_kernel
def find_careful_ways(tiles, height, width, spawn, goal, rules, search):
    """As `find_ways`, with as much care as the level allows, but for CLEAN."""
    for care in (CAREFUL, BARE):
        way = find_ways(tiles, height, width, spawn, goal, rules, care, search)
        if way >= 0:
            return way
    return -1


@lean_kernel
def direction_towards(distance, height, width, row, column):
    """The first direction that leads one step nearer, or -1."""
    for k in range(4):
        y, x = row + (k == 1) - (k == 0), column + (k == 3) - (k == 2)
        inside = 0 <= y < height and 0 <= x < width
        if inside and distance[y, x] < distance[row, column]:
            return k
    return -1


@lean_kernel
def action_of(rules, direction):
    """The action that moves in this direction."""
    for action in range(4):
        if rules[r.MOVE_OF + action] == direction:
            return action
    return 0


@lean_kernel
def follow(height, width, distance, key_distance, actions, world):
    """Walk to the right key and on to the exit in world 0 (pad 1), whatever is in the way.

    Writes the actions played; returns how many. `world.status` then holds how it ended.
    """
    hero, status = world.hero, world.status
    count, has_key = 0, False
    while status[0, r.ENDED] == r.RUNNING and count < actions.shape[0]:
        has_key = has_key or key_distance[hero[0, 0], hero[0, 1]] == 0
        field = distance if has_key else key_distance
        direction = direction_towards(field, height, width, hero[0, 0], hero[0, 1])
        if direction < 0:
            break
        actions[count] = action_of(world.rules[0], direction)
        advance(0, actions[count], 1, world)
        count += 1
    return count
