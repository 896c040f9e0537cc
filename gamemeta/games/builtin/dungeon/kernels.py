# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False, check-untyped-defs=False
"""Compiled parts of the game `dungeon`: observations and labels. All arrays belong to the caller.

The rules are `gamemeta_levels.families.dungeon.rules.kernels`; `world` is its seven arrays as a tuple:
board, places, rules, hero, status, monsters, happened. Besides, the game keeps for each world

size      int32 [N, 2]      height and width of the level
to_exit   uint16 [N, H, W]  steps to the exit with its door open
to_key    uint16 [N, H, W]  steps to the right key, wherever it lies now
key_at    int32 [N, 2]      where that is; -1 while the key is in the hand
lock      int32 [N, 3]      row and column of the exit's door, colour of the right key
noted     int32 [N, 8]      row and column of the key of each colour and of the exit where they were last seen
                            in this episode; -1 where they were not
"""

import numpy as np

from gamemeta.games.builtin.maze.kernels import FIRST_MODULUS, OFFSET_REACH, SECOND_MODULUS
from gamemeta.games.builtin.view_kernels import copy_view, marks
from gamemeta_levels.families.dungeon.maps.ways_kernels import BARE, CAREFUL, find_passable, steps_from
from gamemeta_levels.families.dungeon.rules import constants as r
from gamemeta_levels.families.dungeon.rules.kernels import advance, begin, colour_of_door, colour_of_key
from gamemeta_levels.family import UNREACHABLE
from gamemeta_levels.kernel import inlined_kernel, lean_kernel
from gamemeta_levels.tiles import CHEST, GOAL

VIEW_CODES = CHEST + 1
"""The view shows tile codes as they are."""
STATUS_CODES = 4
UNKNOWN = 2 * OFFSET_REACH + 1
OFFSET_CODES = UNKNOWN + 1
"""Offsets are cut to -16..16; the last code says that there is none."""
LANDMARKS = r.COLOURS + 1
"""The key of each colour, and the exit."""
HASTE_BUCKET = 5
"""Steps of haste in a bucket: none, 1 to 5, 6 to 10, more."""

_KEYS = np.array(r.KEYS, np.uint8)
_landmarks_of_8 = marks((GOAL, *r.KEYS))


@lean_kernel
def reset(
    mask, pad, level, limit, distance, key_distance, world, size, to_exit, to_key, key_at, lock, noted, alive
):
    """Put level i into world i where the mask holds; `level` is tiles, size, spawn, goal, hidden."""
    height, width = distance.shape[1], distance.shape[2]
    for i in range(mask.shape[0]):
        if not mask[i]:
            continue
        begin(i, pad, *level, limit, *world)
        size[i, 0], size[i, 1] = level[1][i, 0], level[1][i, 1]
        for row in range(height):
            for column in range(width):
                to_exit[i, row, column] = distance[i, row, column]
                to_key[i, row, column] = key_distance[i, row, column]
        find_lock(i, pad, world[0], world[1], world[2], lock)
        find_key(i, pad, world[0], size, lock, key_at)
        noted[i] = -1
        alive[i, 0] = True


@lean_kernel
def find_lock(i, pad, board, places, rules, lock):
    """Where the exit's door is, and the key that opens it."""
    lock[i] = 0
    row, column = places[i, r.EXIT_AT], places[i, r.EXIT_AT + 1]
    for k in range(4):
        y, x = row + (k == 1) - (k == 0), column + (k == 3) - (k == 2)
        door = colour_of_door(board[i, y + pad, x + pad])
        for key in range(r.COLOURS):
            if door >= 0 and rules[i, r.KEY_OPENS + key] == door:
                lock[i, 0], lock[i, 1], lock[i, 2] = y, x, key


@lean_kernel
def find_key(i, pad, board, size, lock, key_at):
    """Where the right key lies."""
    key_at[i] = -1
    for row in range(size[i, 0]):
        for column in range(size[i, 1]):
            if board[i, row + pad, column + pad] == _KEYS[lock[i, 2]]:
                key_at[i, 0], key_at[i, 1] = row, column


@lean_kernel
def step(
    actions,
    pad,
    world,
    size,
    to_exit,
    to_key,
    key_at,
    lock,
    room,
    reward,
    terminated,
    truncated,
    success,
    alive,
):
    """Play one action in every world. Returns the first game with a bad action, or -1."""
    hero, status, happened = world[3], world[4], world[6]
    for i in range(status.shape[0]):
        if actions[i, 0, 0] < 0 or actions[i, 0, 0] > 3:
            return i
    for i in range(status.shape[0]):
        reward[i, 0] = 0.0
        if status[i, r.ENDED] == r.RUNNING:  # what happened last stays to be seen in an ended game
            reward[i, 0] = advance(i, actions[i, 0, 0], pad, *world)
            ways_changed = happened[i, r.OUTCOME] in (r.GOT_KEY, r.OPENED)
            if ways_changed or is_astray(i, hero, to_exit, to_key, key_at):
                find_ways(i, pad, world, size, to_exit, to_key, key_at, lock, room)
        ended = status[i, r.ENDED]
        truncated[i, 0] = ended == r.OUT_OF_TIME
        terminated[i, 0] = ended in (r.ESCAPED, r.DIED)
        success[i, 0] = ended == r.ESCAPED
        alive[i, 0] = ended == r.RUNNING
    return -1


@lean_kernel
def find_ways(i, pad, world, size, to_exit, to_key, key_at, lock, room):
    """Steps to the exit and to the right key as things lie now, on ways that take care, else on any.

    `room` is that for a search: uint8 [H, W] and int32 [H * W].
    """
    board, places, rules, hero = world[0], world[1], world[2], world[3]
    height, width = size[i, 0], size[i, 1]
    tiles = board[i, pad : pad + height, pad : pad + width]
    passable, queue = room
    find_key(i, pad, board, size, lock, key_at)
    for care in (CAREFUL, BARE):
        find_passable(tiles, height, width, rules[i], care, passable)
        passable[hero[i, 0], hero[i, 1]] = 1
        to_key[i, :height, :width] = UNREACHABLE
        if key_at[i, 0] >= 0:
            passable[key_at[i, 0], key_at[i, 1]] = 1
            steps_from(key_at[i], passable, height, width, to_key[i, :height, :width], queue)
        passable[lock[i, 0], lock[i, 1]] = 1
        exit_at = places[i, r.EXIT_AT : r.EXIT_AT + 2]
        steps_from(exit_at, passable, height, width, to_exit[i, :height, :width], queue)
        if not is_astray(i, hero, to_exit, to_key, key_at):
            return


@inlined_kernel
def is_astray(i, hero, to_exit, to_key, key_at):
    """Whether the ways do not lead on from where the hero stands."""
    row, column = hero[i, 0], hero[i, 1]
    no_key = key_at[i, 0] >= 0 and to_key[i, row, column] == UNREACHABLE
    return no_key or to_exit[i, row, column] == UNREACHABLE


@lean_kernel
def observe(mask, world, key_at, noted, view, place, condition, touched, landmarks, shown_rules, key_offset):
    """Write the observation of every game where the mask holds.

    `shown_rules` and `key_offset` are empty unless the game is revealed; then the exit is always known.
    """
    board, places, rules, hero, status, monsters, happened = world
    side, revealed = view.shape[2], shown_rules.shape[0] > 0
    reach = (side - 1) // 2
    for i in range(mask.shape[0]):
        if not mask[i]:
            continue
        row, column = hero[i, 0], hero[i, 1]
        copy_view(i, board, row, column, view)
        note(view[i, 0], row - reach, column - reach, noted[i])
        for m in range(monsters.shape[1]):
            if monsters[i, m, 4] < 0:
                break
            y, x = monsters[i, m, 0] - row + reach, monsters[i, m, 1] - column + reach
            if 0 <= y < side and 0 <= x < side:
                view[i, 0, y, x] = r.FIRST_MONSTER + monsters[i, m, 4]
        down, right = row - places[i, r.SPAWN_AT], column - places[i, r.SPAWN_AT + 1]
        place[i, 0, 0] = (down % FIRST_MODULUS) * FIRST_MODULUS + right % FIRST_MODULUS
        place[i, 0, 1] = (down % SECOND_MODULUS) * SECOND_MODULUS + right % SECOND_MODULUS
        condition[i, 0, 0], condition[i, 0, 1] = status[i, r.HEALTH], status[i, r.IN_HAND]
        haste = (status[i, r.HASTE_LEFT] + HASTE_BUCKET - 1) // HASTE_BUCKET
        condition[i, 0, 2], condition[i, 0, 3] = min(haste, STATUS_CODES - 1), status[i, r.COMPASS]
        touched[i, 0, 0] = _touched(happened[i])
        if revealed or status[i, r.COMPASS] > 0:
            noted[i, 2 * r.COLOURS] = places[i, r.EXIT_AT]
            noted[i, 2 * r.COLOURS + 1] = places[i, r.EXIT_AT + 1]
        for k in range(2 * LANDMARKS):
            landmarks[i, 0, k] = _offset(noted[i, k] - hero[i, k % 2], noted[i, k] >= 0)
        if revealed:
            for k in range(r.HIDDEN_NUMBERS):
                shown_rules[i, 0, k] = rules[i, k]
            for k in range(2):
                key_offset[i, 0, k] = _offset(key_at[i, k] - hero[i, k], key_at[i, 0] >= 0)


@inlined_kernel
def note(view, top, left, noted):
    """Bring noted [8] up to date with the tiles of a view whose corner is at top and left."""
    side = view.shape[0]
    for colour in range(r.COLOURS):
        y, x = noted[2 * colour] - top, noted[2 * colour + 1] - left
        if 0 <= y < side and 0 <= x < side and view[y, x] != _KEYS[colour]:
            noted[2 * colour] = noted[2 * colour + 1] = -1  # it was taken, or put down elsewhere
    for y in range(side):
        marked = (1 << side) - 1
        if 8 <= side <= 16 and view.strides[1] == 1:
            marked = _landmarks_of_8(view, (y, 0)) | _landmarks_of_8(view, (y, side - 8)) << (side - 8)
        if marked == 0:  # as most rows are
            continue
        for x in range(side):
            if marked >> x & 1:
                landmark = r.COLOURS if view[y, x] == GOAL else colour_of_key(view[y, x])
                if landmark >= 0:
                    noted[2 * landmark], noted[2 * landmark + 1] = top + y, left + x


@inlined_kernel
def _touched(happened):
    """The thing that was used or bumped into; without one, the first kind of monster touched."""
    if happened[r.THING] > 0 or happened[r.MET] == 0:
        return happened[r.THING]
    kind = 0
    while not happened[r.MET] >> kind & 1:
        kind += 1
    return r.FIRST_MONSTER + kind


@inlined_kernel
def _offset(away, known):
    return min(max(away, -OFFSET_REACH), OFFSET_REACH) + OFFSET_REACH if known else UNKNOWN


@lean_kernel
def label(mask, world, pad, size, to_exit, to_key, lock, nearer, right_key):
    """Write what only training may see of every game where the mask holds; bit masks."""
    board, rules, hero, status = world[0], world[2], world[3], world[4]
    for i in range(mask.shape[0]):
        if not mask[i]:
            continue
        has_key = status[i, r.IN_HAND] == lock[i, 2] + 1
        if has_key or colour_of_door(board[i, lock[i, 0] + pad, lock[i, 1] + pad]) < 0:
            nearer[i, 0] = downhill(to_exit[i], size[i], hero[i], rules[i])
        else:
            nearer[i, 0] = downhill(to_key[i], size[i], hero[i], rules[i])
        right_key[i, 0] = 1 << lock[i, 2]


@lean_kernel
def downhill(distance, size, hero, rules):
    """Bit a is set when action a leads to a nearest tile that is nearer than this one.

    Who stands on the key, put down for another, has to leave it and come back.
    """
    here = distance[hero[0], hero[1]]
    if here == 0:
        here = np.uint16(UNREACHABLE)
    bits, nearest = 0, here
    for action in range(4):
        k = rules[r.MOVE_OF + action]
        row, column = hero[0] + (k == 1) - (k == 0), hero[1] + (k == 3) - (k == 2)
        if not (0 <= row < size[0] and 0 <= column < size[1]):
            continue
        if distance[row, column] < nearest:
            bits, nearest = 0, distance[row, column]
        if distance[row, column] == nearest and nearest < here:
            bits |= 1 << action
    return bits
