# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False, check-untyped-defs=False
"""Compiled walking that dodges monsters: breadth-first search over tiles and time.

Monsters move by level and step alone, so that where they will be is known.
"""

from typing import Any, NamedTuple

from gamemeta_levels.families.dungeon.maps.map_kernels import fill_up
from gamemeta_levels.families.dungeon.maps.ways_kernels import action_of, direction_towards
from gamemeta_levels.families.dungeon.planner.order_kernels import steps_at
from gamemeta_levels.families.dungeon.rules import constants as r
from gamemeta_levels.families.dungeon.rules.kernels import advance, patrol
from gamemeta_levels.kernel import lean_kernel
from gamemeta_levels.tiles import WALL

SLACK = 8
"""Steps that a leg may take longer in order to dodge monsters."""
_NOT, _START = -1, 4


class LegSearch(NamedTuple):
    """Where monsters will be, and working memory to search a way between them."""

    patrols: Any
    """int16 [T, M, 2]: rows and columns of the harmful monsters, -1 for none."""
    came: Any
    """int8 [T, H, W]: the direction of each step that leads to a tile."""
    here: Any
    """int32 [2, H * W]: two layers of tiles."""
    directions: Any
    """int64 [T]: the way."""


@lean_kernel
def foresee(world, patrols):
    """Fill `patrols` with where the harmful monsters of world 0 are after 0, 1, 2 ... steps.

    The monsters are moved; put them back with `begin`.
    """
    monsters = world.monsters
    patrols[:] = -1
    for t in range(patrols.shape[0]):
        for m in range(monsters.shape[1]):
            kind = monsters[0, m, r.MONSTER_KIND]
            if kind < 0:
                break
            if not world.rules[0, r.HARMLESS + kind]:
                patrols[t, m, 0] = monsters[0, m, r.MONSTER_ROW]
                patrols[t, m, 1] = monsters[0, m, r.MONSTER_COLUMN]
            patrol(0, m, 1, world)


@lean_kernel
def is_touched(patrols, t, row, column, to_row, to_column):
    """Whether a hero that goes from one tile to another in step t is touched."""
    for m in range(patrols.shape[1]):
        row_before, column_before = patrols[t, m, 0], patrols[t, m, 1]
        row_after, column_after = patrols[t + 1, m, 0], patrols[t + 1, m, 1]
        if row_after == to_row and column_after == to_column:
            return True
        back = row_after == row and column_after == column
        if back and row_before == to_row and column_before == to_column:
            return True
    return False


@lean_kernel
def search_leg(height, width, board, passable, field, row, column, start_t, is_exit, search):
    """Search an untouched way from a tile to where `field` is 0, beginning in step `start_t`.

    Returns its steps, or -1; came[s, row, column] of `search`, a `LegSearch`, is then the direction of step s
    that led there, as `walk_back` reads it.
    """
    patrols, came, here = search.patrols, search.came, search.here
    longest = steps_at(field, height, width, row, column) + SLACK
    longest = min(longest, came.shape[0] - 1, patrols.shape[0] - 1 - start_t)
    fill_up(came[0], _NOT)
    came[0, row, column] = _START
    here[0, 0], count = row * 256 + column, 1
    for s in range(longest):
        now, then, reached = s % 2, (s + 1) % 2, 0
        fill_up(came[s + 1], _NOT)
        for n in range(count):
            y, x = here[now, n] >> 8, here[now, n] & 255
            for k in range(4):
                to_y, to_x = y + (k == 1) - (k == 0), x + (k == 3) - (k == 2)
                if board[0, to_y + 1, to_x + 1] == WALL:
                    to_y, to_x = y, x
                elif field[to_y, to_x] == 0:
                    if is_exit or not is_touched(patrols, start_t + s, y, x, to_y, to_x):
                        came[s + 1, to_y, to_x] = k
                        return s + 1
                    continue
                elif not passable[to_y, to_x]:
                    continue
                late = s + 1 + steps_at(field, height, width, to_y, to_x) > longest
                if late or came[s + 1, to_y, to_x] != _NOT:
                    continue
                if not is_touched(patrols, start_t + s, y, x, to_y, to_x):
                    came[s + 1, to_y, to_x] = k
                    here[then, reached] = to_y * 256 + to_x
                    reached += 1
        count = reached
        if count == 0:
            return -1
    return -1


@lean_kernel
def walk_back(row, column, steps, board, came, directions):
    """Write the directions of a way that `search_leg` found to this tile."""
    for s in range(steps, 0, -1):
        k = came[s, row, column]
        directions[s - 1] = k
        y, x = row - (k == 1) + (k == 0), column - (k == 3) + (k == 2)
        stayed = came[s - 1, row, column] != _NOT and _is_wall_towards(board, row, column, k)
        if not stayed:
            row, column = y, x


@lean_kernel
def _is_wall_towards(board, row, column, k):
    return board[0, row + 1 + (k == 1) - (k == 0), column + 1 + (k == 3) - (k == 2)] == WALL


@lean_kernel
def walk_leg(height, width, passable, field, target, is_exit, search, actions, count, world):
    """Walk to a target in world 0 (pad 1), untouched where possible; returns the number of actions now.

    Stops where the episode ends, and where there is no way; the second number is the reward on the way.
    """
    board, hero, status = world.board, world.hero, world.status
    row, column, total = hero[0, 0], hero[0, 1], 0.0
    if field[row, column] == 0:
        return count, total
    steps = search_leg(
        height, width, board, passable, field, row, column, status[0, r.STEPS], is_exit, search
    )
    if steps >= 0:
        walk_back(target[0], target[1], steps, board, search.came, search.directions)
    for s in range(steps if steps >= 0 else height * width):
        direction = search.directions[s]
        if steps < 0:
            direction = direction_towards(field, height, width, hero[0, 0], hero[0, 1])
        if direction < 0 or count == actions.shape[0] or status[0, r.ENDED] != r.RUNNING:
            break
        arrives = _leads_to(hero, direction, target)
        actions[count] = action_of(world.rules[0], direction)
        total += advance(0, actions[count], 1, world)
        count += 1
        if arrives:
            break
    return count, total


@lean_kernel
def _leads_to(hero, direction, target):
    row = hero[0, 0] + (direction == 1) - (direction == 0)
    column = hero[0, 1] + (direction == 3) - (direction == 2)
    return row == target[0] and column == target[1]
