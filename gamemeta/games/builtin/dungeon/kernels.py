# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False, check-untyped-defs=False
"""Compiled parts of the game `dungeon`: observations and labels. All arrays belong to the caller.

The rules are `gamemeta_levels.families.dungeon.rules.kernels`. The kernels that the game calls take the
fields of `World`, `Ways` and the like as plain tuples: numba looks named ones up 10 us a call more slowly.
"""

from typing import Any, NamedTuple

import numpy as np

from gamemeta.games.builtin.maze.kernels import FIRST_MODULUS, OFFSET_REACH, SECOND_MODULUS
from gamemeta.games.builtin.view_kernels import copy_view, marks
from gamemeta_levels.families.breadth_first_kernels import steps_from
from gamemeta_levels.families.dungeon.maps.ways_kernels import BARE, CAREFUL, find_passable
from gamemeta_levels.families.dungeon.rules import constants as r
from gamemeta_levels.families.dungeon.rules.kernels import advance, begin, colour_of_door, colour_of_key
from gamemeta_levels.families.dungeon.rules.world import Layout, World
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


class Ways(NamedTuple):
    """State of N worlds besides that of the rules: ways as things lie now, and landmarks."""

    size: Any
    """int32 [N, 2]: height and width of the level."""
    to_exit: Any
    """uint16 [N, H, W]: steps to the exit with its door open."""
    to_key: Any
    """uint16 [N, H, W]: steps to the right key, wherever it lies now."""
    key_at: Any
    """int32 [N, 2]: row and column of the right key; -1 while it is in the hand."""
    lock: Any
    """int32 [N, 3]: row and column of the exit's door, colour of the right key."""
    noted: Any
    """int32 [N, 8]: row and column of the key of each colour and of the exit where they were last seen;
    -1 where they were not in this episode."""


class SearchArrays(NamedTuple):
    """Working memory of a search for ways in one world."""

    passable: Any
    """uint8 [H, W]: whether ways lead over a tile."""
    queue: Any
    """int32 [H * W + 1]: tiles that wait."""


@lean_kernel
def reset(mask, pad, levels, limit, distance, key_distance, world, ways, alive):
    """Put level i of `levels`, the fields of a `Layout`, into world i where the mask holds."""
    levels, world, ways = Layout(*levels), World(*world), Ways(*ways)
    height, width = distance.shape[1], distance.shape[2]
    for i in range(mask.shape[0]):
        if not mask[i]:
            continue
        begin(i, pad, levels, limit, world)
        ways.size[i, 0], ways.size[i, 1] = levels.size[i, 0], levels.size[i, 1]
        for row in range(height):
            for column in range(width):
                ways.to_exit[i, row, column] = distance[i, row, column]
                ways.to_key[i, row, column] = key_distance[i, row, column]
        find_lock(i, pad, world, ways.lock)
        find_key(i, pad, world.board, ways)
        ways.noted[i] = -1
        alive[i, 0] = True


@lean_kernel
def find_lock(i, pad, world, lock):
    """Write the place of the exit's door, and the colour of the key that opens it."""
    lock[i] = 0
    row, column = world.places[i, r.EXIT_AT], world.places[i, r.EXIT_AT + 1]
    for k in range(4):
        y, x = row + (k == 1) - (k == 0), column + (k == 3) - (k == 2)
        door = colour_of_door(world.board[i, y + pad, x + pad])
        for key in range(r.COLOURS):
            if door >= 0 and world.rules[i, r.KEY_OPENS + key] == door:
                lock[i, 0], lock[i, 1], lock[i, 2] = y, x, key


@lean_kernel
def find_key(i, pad, board, ways):
    """Write the place of the right key."""
    ways.key_at[i] = -1
    for row in range(ways.size[i, 0]):
        for column in range(ways.size[i, 1]):
            if board[i, row + pad, column + pad] == _KEYS[ways.lock[i, 2]]:
                ways.key_at[i, 0], ways.key_at[i, 1] = row, column


@lean_kernel
def step(actions, pad, world, ways, search, reward, terminated, truncated, success, alive):
    """Play one action in every world. Returns the first game with a bad action, or -1."""
    world, ways, search = World(*world), Ways(*ways), SearchArrays(*search)
    status, happened = world.status, world.happened
    for i in range(status.shape[0]):
        if actions[i, 0, 0] < 0 or actions[i, 0, 0] > 3:
            return i
    for i in range(status.shape[0]):
        reward[i, 0] = 0.0
        if status[i, r.ENDED] == r.RUNNING:  # what happened last stays to be seen in an ended game
            reward[i, 0] = advance(i, actions[i, 0, 0], pad, world)
            ways_changed = happened[i, r.OUTCOME] in (r.GOT_KEY, r.OPENED)
            if ways_changed or is_astray(i, world.hero, ways):
                find_ways(i, pad, world, ways, search)
        ended = status[i, r.ENDED]
        truncated[i, 0] = ended == r.OUT_OF_TIME
        terminated[i, 0] = ended in (r.ESCAPED, r.DIED)
        success[i, 0] = ended == r.ESCAPED
        alive[i, 0] = ended == r.RUNNING
    return -1


@lean_kernel
def find_ways(i, pad, world, ways, search):
    """Write the steps to exit and right key as things lie now, on ways that take care, else on any.

    `search` are `SearchArrays`.
    """
    hero, key_at, lock, to_exit, to_key = world.hero, ways.key_at, ways.lock, ways.to_exit, ways.to_key
    height, width = ways.size[i, 0], ways.size[i, 1]
    tiles = world.board[i, pad : pad + height, pad : pad + width]
    passable, queue = search.passable, search.queue
    find_key(i, pad, world.board, ways)
    for care in (CAREFUL, BARE):
        find_passable(tiles, height, width, world.rules[i], care, passable)
        passable[hero[i, 0], hero[i, 1]] = 1
        to_key[i, :height, :width] = UNREACHABLE
        if key_at[i, 0] >= 0:
            passable[key_at[i, 0], key_at[i, 1]] = 1
            steps_from(key_at[i, 0], key_at[i, 1], passable, height, width, to_key[i], queue)
        passable[lock[i, 0], lock[i, 1]] = 1
        row, column = world.places[i, r.EXIT_AT], world.places[i, r.EXIT_AT + 1]
        steps_from(row, column, passable, height, width, to_exit[i], queue)
        if not is_astray(i, hero, ways):
            return


@inlined_kernel
def is_astray(i, hero, ways):
    """Whether the ways do not lead on from where the hero stands."""
    row, column = hero[i, 0], hero[i, 1]
    no_key = ways.key_at[i, 0] >= 0 and ways.to_key[i, row, column] == UNREACHABLE
    return no_key or ways.to_exit[i, row, column] == UNREACHABLE


@lean_kernel
def observe(mask, world, ways, view, place, condition, touched, landmarks, shown_rules, key_offset):
    """Write the observation of every game where the mask holds.

    `shown_rules` and `key_offset` are empty unless the game is revealed; then the exit is always known.
    """
    world, ways = World(*world), Ways(*ways)
    places, hero, status, monsters = world.places, world.hero, world.status, world.monsters
    key_at, noted = ways.key_at, ways.noted
    side, revealed = view.shape[2], shown_rules.shape[0] > 0
    reach = (side - 1) // 2
    for i in range(mask.shape[0]):
        if not mask[i]:
            continue
        row, column = hero[i, 0], hero[i, 1]
        copy_view(i, world.board, row, column, view)
        note(view[i, 0], row - reach, column - reach, noted[i])
        for m in range(monsters.shape[1]):
            if monsters[i, m, r.MONSTER_KIND] < 0:
                break
            y = monsters[i, m, r.MONSTER_ROW] - row + reach
            x = monsters[i, m, r.MONSTER_COLUMN] - column + reach
            if 0 <= y < side and 0 <= x < side:
                view[i, 0, y, x] = r.FIRST_MONSTER + monsters[i, m, r.MONSTER_KIND]
        down, right = row - places[i, r.SPAWN_AT], column - places[i, r.SPAWN_AT + 1]
        place[i, 0, 0] = (down % FIRST_MODULUS) * FIRST_MODULUS + right % FIRST_MODULUS
        place[i, 0, 1] = (down % SECOND_MODULUS) * SECOND_MODULUS + right % SECOND_MODULUS
        condition[i, 0, 0], condition[i, 0, 1] = status[i, r.HEALTH], status[i, r.IN_HAND]
        haste = (status[i, r.HASTE_LEFT] + HASTE_BUCKET - 1) // HASTE_BUCKET
        condition[i, 0, 2], condition[i, 0, 3] = min(haste, STATUS_CODES - 1), status[i, r.COMPASS]
        touched[i, 0, 0] = _touched(world.happened[i])
        if revealed or status[i, r.COMPASS] > 0:
            noted[i, 2 * r.COLOURS] = places[i, r.EXIT_AT]
            noted[i, 2 * r.COLOURS + 1] = places[i, r.EXIT_AT + 1]
        for k in range(2 * LANDMARKS):
            landmarks[i, 0, k] = _offset(noted[i, k] - hero[i, k % 2], noted[i, k] >= 0)
        if revealed:
            for k in range(r.HIDDEN_SIZE):
                shown_rules[i, 0, k] = world.rules[i, k]
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
def label(mask, world, pad, ways, nearer, right_key):
    """Write the labels of every game where the mask holds, as bit masks: what only training may see."""
    world, ways = World(*world), Ways(*ways)
    hero, rules, lock = world.hero, world.rules, ways.lock
    for i in range(mask.shape[0]):
        if not mask[i]:
            continue
        has_key = world.status[i, r.IN_HAND] == lock[i, 2] + 1
        if has_key or colour_of_door(world.board[i, lock[i, 0] + pad, lock[i, 1] + pad]) < 0:
            nearer[i, 0] = downhill(ways.to_exit[i], ways.size[i], hero[i], rules[i])
        else:
            nearer[i, 0] = downhill(ways.to_key[i], ways.size[i], hero[i], rules[i])
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
