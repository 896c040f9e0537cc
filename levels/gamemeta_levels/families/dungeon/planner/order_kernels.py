# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False, check-untyped-defs=False
"""Compiled choice of what a plan fetches in a dungeon, and in which order.

A target is something to step on: worth a reward, and left from where it puts the hero, for scrolls elsewhere.
Target 0 is the right key. Dynamic programming over (set of targets fetched, last of them) as in Held and Karp
(1962), the price of a step being what the clock takes off the exit's reward.

targets  int32 [MOST_TARGETS, 5]        row and column to step on, row and column to go on from, what it is
worth    float64 [MOST_TARGETS]         in units of reward
fields   uint16 [MOST_TARGETS, H, W]    steps to each target
"""

import numpy as np

from gamemeta_levels.families.breadth_first_kernels import steps_from
from gamemeta_levels.families.dungeon.maps.map_kernels import fill_up
from gamemeta_levels.families.dungeon.rules import constants as r
from gamemeta_levels.families.dungeon.rules.kernels import colour_of_door, colour_of_key
from gamemeta_levels.family import UNREACHABLE
from gamemeta_levels.kernel import kernel, lean_kernel
from gamemeta_levels.tiles import CHEST, GOLD

MOST_TARGETS = 9
"""Most targets that a plan chooses from: the work doubles with each."""
RIGHT_KEY, OTHER_KEY, LOCKED_CHEST, LOOSE = range(4)
"""What a target is: the key to the exit's door; the key to a chest's door; a chest that this key opens, to be
fetched before the right key is taken; anything else."""
_FAR = 1_000_000
_EFFECTS = ((r.FORTUNE, False), (r.HASTE, False), (r.ONWARD, True), (r.HOMEWARD, True))


@lean_kernel
def find_targets(tiles, height, width, places, rules, price, passable, targets, worth):
    """List what is worth fetching, best kinds first; returns how many. Doors of chests become passable.

    `passable` is where a careful way may lead; the right key must lie in the level.
    """
    count = _add_keys(tiles, height, width, rules, places, passable, targets, worth)
    for effect, is_scroll in _EFFECTS:
        for row in range(height):
            for column in range(width):
                if count < MOST_TARGETS and _has_effect(tiles[row, column], rules, effect, is_scroll):
                    value, to = r.FORTUNE_REWARD, -1
                    if is_scroll:
                        value, to = 0.0, r.FRONT_AT if effect == r.ONWARD else r.SPAWN_AT
                    elif effect == r.HASTE:
                        value = r.HASTE_STEPS * price
                    _put(targets, worth, count, row, column, LOOSE, value)
                    if to >= 0:
                        targets[count, 2], targets[count, 3] = places[0, to], places[0, to + 1]
                    count += 1
    for row in range(height):
        for column in range(width):
            if count < MOST_TARGETS and tiles[row, column] == GOLD:
                _put(targets, worth, count, row, column, LOOSE, r.GOLD_REWARD)
                count += 1
    return count


@lean_kernel
def _put(targets, worth, k, row, column, kind, value):
    targets[k, 0], targets[k, 1], targets[k, 2], targets[k, 3] = row, column, row, column
    targets[k, 4], worth[k] = kind, value


@lean_kernel
def _has_effect(tile, rules, effect, is_scroll):
    if is_scroll:
        scroll = r.FIRST_SCROLL <= tile < r.FIRST_SCROLL + r.SCROLL_COLOURS
        return scroll and rules[r.EFFECT_OF_SCROLL + tile - r.FIRST_SCROLL] == effect
    potion = r.FIRST_POTION <= tile < r.FIRST_POTION + r.POTION_COLOURS
    return potion and rules[r.EFFECT_OF_POTION + tile - r.FIRST_POTION] == effect


@lean_kernel
def _door_beside(tiles, height, width, row, column):
    """The direction of the door beside a tile, -1 where there is none."""
    for k in range(4):
        y, x = row + (k == 1) - (k == 0), column + (k == 3) - (k == 2)
        if 0 <= y < height and 0 <= x < width and colour_of_door(tiles[y, x]) >= 0:
            return k
    return -1


@lean_kernel
def _add_keys(tiles, height, width, rules, places, passable, targets, worth):
    """The right key, and where chests are locked, one other key with the chests that it opens."""
    exit_row, exit_column = places[0, r.EXIT_AT], places[0, r.EXIT_AT + 1]
    k = _door_beside(tiles, height, width, exit_row, exit_column)
    y, x = exit_row + (k == 1) - (k == 0), exit_column + (k == 3) - (k == 2)
    right, other = colour_of_door(tiles[y, x]), -1
    passable[y, x] = 1
    count = 1
    for row in range(height):
        for column in range(width):
            if tiles[row, column] != CHEST:
                continue
            k = _door_beside(tiles, height, width, row, column)
            if k < 0 or count + 1 >= MOST_TARGETS:
                continue
            y, x = row + (k == 1) - (k == 0), column + (k == 3) - (k == 2)
            colour = colour_of_door(tiles[y, x])
            if colour != right and other < 0:
                other, count = colour, count + 1  # target 1 is the key to this colour
            if colour == other:
                passable[y, x] = 1
                _put(targets, worth, count, row, column, LOCKED_CHEST, r.CHEST_REWARD)
                count += 1
    for row in range(height):
        for column in range(width):
            key = colour_of_key(tiles[row, column])
            if key >= 0 and rules[r.KEY_OPENS + key] == right:
                _put(targets, worth, 0, row, column, RIGHT_KEY, 0.0)
            elif key >= 0 and other >= 0 and rules[r.KEY_OPENS + key] == other:
                _put(targets, worth, 1, row, column, OTHER_KEY, 0.0)
    if other >= 0:  # it may lie where the right key was
        passable[targets[0, 0], targets[0, 1]] = 0
    return count


@lean_kernel
def measure_targets(height, width, passable, targets, count, fields, queue):
    """Fill fields[:count] with the steps from every tile to each target."""
    for k in range(count):
        steps_from(targets[k, 0], targets[k, 1], passable, height, width, fields[k], queue)


@lean_kernel
def steps_at(field, height, width, row, column):
    """Steps from a tile, which need not be one that ways lead over."""
    if field[row, column] != UNREACHABLE:
        return np.int64(field[row, column])
    least = _FAR
    for k in range(4):
        y, x = row + (k == 1) - (k == 0), column + (k == 3) - (k == 2)
        if 0 <= y < height and 0 <= x < width and field[y, x] != UNREACHABLE:
            least = min(least, np.int64(field[y, x]) + 1)
    return least


@lean_kernel
def _is_allowed(mask, k, targets):
    """Whether target k may come after those in the mask."""
    has_right, has_other = mask & 1, mask & 2
    kind = targets[k, 4]
    if kind == OTHER_KEY:
        return not has_right
    if kind == LOCKED_CHEST:
        return has_other and not has_right
    return True


@kernel
def order_all(height, width, start, targets, count, fields, exit_field, steps, before, to_exit):
    """Fewest steps from `start` [2] over every set of targets, by the set and its last target.

    Fills steps and before int64 [2**count, count], and to_exit [count], steps from each target to the exit.
    """
    between = np.empty((count + 1, count), np.int64)
    for k in range(count):
        between[count, k] = steps_at(fields[k], height, width, start[0], start[1])
        to_exit[k] = steps_at(exit_field, height, width, targets[k, 2], targets[k, 3])
        for other in range(count):
            between[other, k] = steps_at(fields[k], height, width, targets[other, 2], targets[other, 3])
    fill_up(steps, _FAR)
    fill_up(before, -1)
    for mask in range(1 << count):
        for last in range(count if mask else 1):
            so_far = 0 if mask == 0 else steps[mask, last]
            if so_far >= _FAR:
                continue
            source = last if mask else count
            for k in range(count):
                further = so_far + between[source, k]
                fresh = mask | 1 << k
                if fresh != mask and further < steps[fresh, k] and _is_allowed(mask, k, targets):
                    steps[fresh, k], before[fresh, k] = further, last if mask else -1


@lean_kernel
def choose_order(price, worth, count, steps, before, to_exit, order):
    """Write the best targets into `order`, in order; returns how many, 0 where there is no way.

    Best is what they are worth less the price of all steps to the exit.
    """
    top, top_mask, top_last = -1e9, 0, -1
    for mask in range(1, 1 << count, 2):  # with the right key
        value = 0.0
        for k in range(count):
            value += worth[k] if mask >> k & 1 else 0.0
        for last in range(count):
            total = value - price * (steps[mask, last] + to_exit[last])
            if steps[mask, last] + to_exit[last] < _FAR and total > top:
                top, top_mask, top_last = total, mask, last
    return _read_back(top_mask, top_last, before, order)


@lean_kernel
def _read_back(mask, last, before, order):
    """Write the targets of the best set in order; returns how many."""
    count, k, left = 0, last, mask
    while k >= 0:
        count += 1
        left, k = left & ~(1 << k), before[left, k]
    place, k, left = count, last, mask
    while k >= 0:
        place -= 1
        order[place] = k
        left, k = left & ~(1 << k), before[left, k]
    return count
