# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False, check-untyped-defs=False
"""The rules of the dungeon, compiled. `world` is a `World`: N dungeons side by side, arrays of the caller.

A step: the clock runs, the hero moves and uses what it steps on, then the monsters move. A monster patrols a
line, across where row + column of its start is even, else down, and turns round, without losing a step, where
it cannot go on. Episodes end at the exit before the monsters move.
"""

import numpy as np

from gamemeta_levels.families.dungeon.rules import constants as r
from gamemeta_levels.kernel import inlined_kernel, lean_kernel
from gamemeta_levels.tiles import CHEST, FLOOR, GLYPHS, GOAL, GOLD, HAZARD, SPAWN, WALL

_COLOUR_OF_KEY = np.full(len(GLYPHS), -1, np.int64)
_COLOUR_OF_DOOR = np.full(len(GLYPHS), -1, np.int64)
_PATROLLED = np.ones(len(GLYPHS), np.bool_)
_KEYS = np.array(r.KEYS, np.uint8)
for _colour in range(r.COLOURS):
    _COLOUR_OF_KEY[r.KEYS[_colour]] = _COLOUR_OF_DOOR[r.DOORS[_colour]] = _colour
_PATROLLED[[WALL, GOAL, HAZARD, *r.DOORS]] = False


@lean_kernel
def colour_of_key(tile):
    """Colour of a key's tile, -1 for any other tile."""
    return _COLOUR_OF_KEY[tile]


@lean_kernel
def colour_of_door(tile):
    """Colour of a closed door's tile, -1 for any other tile."""
    return _COLOUR_OF_DOOR[tile]


@lean_kernel
def is_patrolled(tile):
    """Whether monsters walk over this tile."""
    return _PATROLLED[tile]


@lean_kernel
def is_monster(tile):
    """Whether a monster starts on this tile, which is floor."""
    return r.FIRST_MONSTER <= tile < r.FIRST_MONSTER + r.MONSTER_KINDS


@lean_kernel
def begin(i, pad, levels, limit, world):
    """Put level i of `levels`, a `Layout`, into world i, the hero on the spawn.

    `limit` int32 [N] is that of the clock. Monsters beyond the room for them are left out.
    """
    board, monsters, status = world.board, world.monsters, world.status
    board[i] = WALL
    monsters[i, :, r.MONSTER_KIND] = -1
    count = 0
    for row in range(levels.size[i, 0]):
        for column in range(levels.size[i, 1]):
            tile = levels.tiles[i, row, column]
            if is_monster(tile):
                if count < monsters.shape[1]:
                    across = (row + column) % 2 == 0
                    monsters[i, count, r.MONSTER_ROW], monsters[i, count, r.MONSTER_COLUMN] = row, column
                    monsters[i, count, r.MONSTER_DOWN] = not across
                    monsters[i, count, r.MONSTER_RIGHT] = across
                    monsters[i, count, r.MONSTER_KIND] = tile - r.FIRST_MONSTER
                    count += 1
                tile = FLOOR
            board[i, row + pad, column + pad] = tile
    for k in range(r.HIDDEN_SIZE):
        world.rules[i, k] = levels.hidden[i, k]
    for k in range(2):
        world.hero[i, k] = world.places[i, r.SPAWN_AT + k] = levels.spawn[i, k]
        world.places[i, r.EXIT_AT + k] = levels.goal[i, k]
    find_front(board[i], pad, levels.goal[i, 0], levels.goal[i, 1], world.places[i, r.FRONT_AT :])
    status[i, :] = 0
    status[i, r.HEALTH], status[i, r.LIMIT] = r.FULL_HEALTH, limit[i]
    world.happened[i, :] = 0


@lean_kernel
def find_front(board, pad, row, column, front):
    """Write into front [2] the tile behind the door beside the exit at this row and column, seen from it; the
    exit itself where that is wall, as all is outside of the level."""
    front[0], front[1] = row, column
    for k in range(4):
        down, right = (k == 1) - (k == 0), (k == 3) - (k == 2)
        if colour_of_door(board[row + pad + down, column + pad + right]) >= 0:
            if board[row + pad + 2 * down, column + pad + 2 * right] != WALL:
                front[0], front[1] = row + 2 * down, column + 2 * right


@inlined_kernel
def advance(i, action, pad, world):
    """Play action 0..3 in world i and return its reward; nothing happens where the episode has ended."""
    status, hero, monsters = world.status, world.hero, world.monsters
    world.happened[i, :] = 0
    if status[i, r.ENDED] != r.RUNNING:
        return 0.0
    status[i, r.STEPS] += 1
    if status[i, r.HASTE_LEFT] > 0:
        status[i, r.HASTE_LEFT] -= 1
    else:
        status[i, r.CLOCK] += 1
    from_row, from_column = hero[i, 0], hero[i, 1]
    reward = _walk(i, world.rules[i, r.MOVE_OF + action], pad, world)
    if status[i, r.ENDED] == r.RUNNING and status[i, r.HEALTH] > 0:
        for m in range(monsters.shape[1]):
            if monsters[i, m, r.MONSTER_KIND] < 0:
                break
            reward += _meet(i, m, from_row, from_column, pad, world)
    if status[i, r.HEALTH] == 0:
        status[i, r.ENDED] = r.DIED
        return reward + r.DEATH_REWARD
    late = status[i, r.STEPS] >= r.STEPS_PER_CLOCK * status[i, r.LIMIT]
    if late and status[i, r.ENDED] == r.RUNNING:
        status[i, r.ENDED] = r.OUT_OF_TIME
    return reward


@inlined_kernel
def _walk(i, direction, pad, world):
    """Move the hero and let it use what it steps on; returns the reward."""
    board, hero, happened = world.board, world.hero, world.happened
    row = hero[i, 0] + (direction == 1) - (direction == 0)
    column = hero[i, 1] + (direction == 3) - (direction == 2)
    tile = board[i, row + pad, column + pad]
    if tile == WALL:
        return 0.0
    door = colour_of_door(tile)
    if door >= 0:
        happened[i, r.THING] = tile
        hand = world.status[i, r.IN_HAND]
        if hand == 0 or world.rules[i, r.KEY_OPENS + hand - 1] != door:
            happened[i, r.OUTCOME] = r.DID_NOT_FIT
            return 0.0
        happened[i, r.OUTCOME] = r.OPENED
        board[i, row + pad, column + pad] = FLOOR
    hero[i, 0], hero[i, 1] = row, column
    if door >= 0 or tile in (FLOOR, SPAWN):
        return 0.0
    happened[i, r.THING] = tile
    return _use(i, tile, row + pad, column + pad, world)


@lean_kernel
def _use(i, tile, y, x, world):
    """The hero uses the thing at board[i, y, x], which is gone then; the exit and traps stay."""
    status, happened = world.status, world.happened
    if tile == GOAL:
        happened[i, r.OUTCOME] = r.LEFT
        status[i, r.ENDED] = r.ESCAPED
        return r.EXIT_REWARD - r.CLOCK_PRICE * min(1.0, status[i, r.CLOCK] / status[i, r.LIMIT])
    if tile == HAZARD:
        happened[i, r.OUTCOME] = r.TRAPPED
        status[i, r.HEALTH] -= 1
        return r.TRAP_REWARD
    world.board[i, y, x] = FLOOR
    if tile in (GOLD, CHEST):
        happened[i, r.OUTCOME] = r.GOT_GOLD if tile == GOLD else r.GOT_CHEST
        return r.GOLD_REWARD if tile == GOLD else r.CHEST_REWARD
    key = colour_of_key(tile)
    if key >= 0:
        happened[i, r.OUTCOME] = r.GOT_KEY
        if status[i, r.IN_HAND] > 0:
            world.board[i, y, x] = _KEYS[status[i, r.IN_HAND] - 1]
        status[i, r.IN_HAND] = key + 1
        return 0.0
    if tile < r.FIRST_SCROLL:
        return _drink(i, world.rules[i, r.EFFECT_OF_POTION + tile - r.FIRST_POTION], status, happened)
    _read(i, world.rules[i, r.EFFECT_OF_SCROLL + tile - r.FIRST_SCROLL], world)
    return 0.0


@lean_kernel
def _drink(i, effect, status, happened):
    """A potion takes effect; returns the reward."""
    if effect == r.HURT:
        happened[i, r.OUTCOME] = r.WAS_HURT
        status[i, r.HEALTH] -= 1
        return r.HURT_REWARD
    if effect == r.HASTE:
        happened[i, r.OUTCOME] = r.HASTENED
        status[i, r.HASTE_LEFT] += r.HASTE_STEPS
        return 0.0
    if effect == r.FORTUNE:
        happened[i, r.OUTCOME] = r.GOT_FORTUNE
        return r.FORTUNE_REWARD
    if status[i, r.HEALTH] == r.FULL_HEALTH:
        happened[i, r.OUTCOME] = r.WAS_HEALTHY
        return 0.0
    happened[i, r.OUTCOME] = r.HEALED
    status[i, r.HEALTH] += 1
    return r.HEAL_REWARD


@lean_kernel
def _read(i, effect, world):
    """A scroll takes effect; what lies where it leads to is not used."""
    if effect == r.REVEAL:
        world.happened[i, r.OUTCOME] = r.SAW_THE_WAY
        world.status[i, r.COMPASS] = 1
        return
    to = r.FRONT_AT if effect == r.ONWARD else r.SPAWN_AT
    world.happened[i, r.OUTCOME] = r.WENT_ONWARD if effect == r.ONWARD else r.WENT_HOME
    world.hero[i, 0], world.hero[i, 1] = world.places[i, to], world.places[i, to + 1]


@inlined_kernel
def _meet(i, m, from_row, from_column, pad, world):
    """Move monster m; returns the reward of touching the hero, which came from the given tile."""
    hero, monsters, status = world.hero, world.monsters, world.status
    old_row, old_column = monsters[i, m, r.MONSTER_ROW], monsters[i, m, r.MONSTER_COLUMN]
    patrol(i, m, pad, world)
    row, column = monsters[i, m, r.MONSTER_ROW], monsters[i, m, r.MONSTER_COLUMN]
    here = row == hero[i, 0] and column == hero[i, 1]
    swapped = old_row == hero[i, 0] and old_column == hero[i, 1] and row == from_row and column == from_column
    if not (here or swapped):
        return 0.0
    kind = monsters[i, m, r.MONSTER_KIND]
    world.happened[i, r.MET] |= 1 << kind
    if world.rules[i, r.HARMLESS + kind] or status[i, r.HEALTH] == 0:
        return 0.0
    status[i, r.HEALTH] -= 1
    return r.MONSTER_REWARD


@inlined_kernel
def patrol(i, m, pad, world):
    """Move monster m of world i one tile along its line; it turns round where it cannot go on."""
    board, monsters = world.board, world.monsters
    row, column = monsters[i, m, r.MONSTER_ROW] + pad, monsters[i, m, r.MONSTER_COLUMN] + pad
    down, right = monsters[i, m, r.MONSTER_DOWN], monsters[i, m, r.MONSTER_RIGHT]
    if not is_patrolled(board[i, row + down, column + right]):
        down, right = -down, -right
        monsters[i, m, r.MONSTER_DOWN], monsters[i, m, r.MONSTER_RIGHT] = down, right
        if not is_patrolled(board[i, row + down, column + right]):
            return
    monsters[i, m, r.MONSTER_ROW] += down
    monsters[i, m, r.MONSTER_COLUMN] += right
