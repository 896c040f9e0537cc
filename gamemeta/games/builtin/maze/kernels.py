# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False, check-untyped-defs=False
"""Compiled parts of the game `maze`. All arrays belong to the caller.

The kernels that the game calls take the fields of `MazeWorld` and the like as plain tuples: numba looks named
ones up some microseconds more slowly.
"""

from typing import Any, NamedTuple

import numpy as np

from gamemeta.games.builtin.view_kernels import copy_view
from gamemeta_levels.family import UNREACHABLE
from gamemeta_levels.kernel import inlined_kernel, lean_kernel
from gamemeta_levels.tiles import WALL

OPEN, BLOCKED, GOAL_SEEN = 0, 1, 2
"""Codes of a tile of the view."""

FIRST_MODULUS, SECOND_MODULUS = 5, 7
_FIRST, _SECOND = np.uint32(FIRST_MODULUS), np.uint32(SECOND_MODULUS)
_AWAY = FIRST_MODULUS * SECOND_MODULUS * 1000
"""No residue changes with it, and no offset in a maze is below its negative: it makes offsets positive, whose
residues take no division."""
PLACE_CODES = SECOND_MODULUS * SECOND_MODULUS
PLACES = FIRST_MODULUS * SECOND_MODULUS
"""Rows, and columns, that the shown place tells apart."""
OFFSET_REACH = 16
OFFSET_CODES = 2 * OFFSET_REACH + 1
"""Codes of the revealed goal: row and column offset from the agent, cut to -16..16."""

RUNNING, BY_GOAL, BY_LIMIT = 0, 1, 2
NO_CONTENT = np.uint64(0)
"""Content hash of a level that has none."""


STEP, LIMIT, ENDED = range(3)
"""Columns of the clock: steps so far, their limit, and how the episode ended."""


class MazeLevels(NamedTuple):
    """N mazes, in the arrays of `LevelArrays`."""

    tiles: Any
    """uint8 [N, H, W]: tiles."""
    distance: Any
    """uint16 [N, H, W]: steps to the goal."""
    size: Any
    """int32 [N, 2]: height and width."""
    spawn: Any
    """int32 [N, 2]: row and column of the spawn."""
    goal: Any
    """int32 [N, 2]: row and column of the goal."""
    content: Any
    """uint64 [N]: content hashes."""


class MazeWorld(NamedTuple):
    """N mazes that are being played."""

    board: Any
    """uint8 [N, H + 2 pad, W + 2 pad]: what views show; wall all around."""
    distance: Any
    """uint16 [N, H, W]: steps to the goal."""
    size: Any
    """int32 [N, 2]: height and width."""
    spawn: Any
    """int32 [N, 2]: row and column of the spawn."""
    goal: Any
    """int32 [N, 2]: row and column of the goal."""
    at: Any
    """int32 [N, 2]: row and column of the agent."""
    clock: Any
    """int32 [N, 3]: steps so far, their limit, and how the episode ended."""


class MazeView(NamedTuple):
    """Observations and labels."""

    square: Any
    """uint8 [N, 1, side, side]: the square around the agent."""
    place: Any
    """uint8 [N, 1, 2]: the place relative to the spawn, in two residues."""
    offset: Any
    """uint8 [N, 1, 2]: the revealed goal relative to the agent; empty where it is not revealed."""
    labels: Any
    """uint8 [N, 1]: moves that lead nearer to the goal, as bits; empty where they are not asked for."""


@lean_kernel
def reset(rows, levels, content, steps_per_tile, goal_visible, world, alive, shown):
    """Put the agents of these rows on their spawns and write what they see; level i goes into game i.

    Args:
        levels: the fields of `MazeLevels`.
        content: uint64 [N], content of the levels that the boards show. A level is copied where it is not
            that of the episode before; 0 stands for none.
        world, shown: the fields of `MazeWorld` and of `MazeView`.
    """
    levels, world, shown = MazeLevels(*levels), MazeWorld(*world), MazeView(*shown)
    size, spawn, goal, at, clock = world.size, world.spawn, world.goal, world.at, world.clock
    goals = levels.goal if goal_visible else levels.goal[:0]
    for k in range(rows.shape[0]):
        i = rows[k]
        height, width = levels.size[i]
        if content[i] != levels.content[i] or content[i] == NO_CONTENT:
            draw(i, levels.tiles, height, width, goals, size, world.board, world.distance.shape[1])
            copy_distance(levels.distance[i], world.distance[i])
            content[i] = levels.content[i]
        for axis in range(2):
            size[i, axis], goal[i, axis] = levels.size[i, axis], levels.goal[i, axis]
            spawn[i, axis] = at[i, axis] = levels.spawn[i, axis]
        limit = step_limit(steps_per_tile, height, width)
        clock[i, STEP], clock[i, LIMIT], clock[i, ENDED] = 0, limit, RUNNING
        alive[i, 0] = True
        observe(i, world, at[i, 0], at[i, 1], shown)


@lean_kernel
def draw(i, tiles, height, width, goals, size, board, rows):
    """Draw the board of game i; the goal too, unless there are no goals.

    `board` is padded by half a view of wall on every side, so that a view never leaves it; what it is padded
    with stays for a level of the same size.
    """
    pad = (board.shape[1] - rows) // 2
    if height != size[i, 0] or width != size[i, 1]:
        fill_up(board[i], BLOCKED)
    for row in range(height):
        for column in range(width):
            board[i, row + pad, column + pad] = BLOCKED if tiles[i, row, column] == WALL else OPEN
    if goals.shape[0]:
        board[i, goals[i, 0] + pad, goals[i, 1] + pad] = GOAL_SEEN


@lean_kernel
def copy_distance(source, target):
    """Copy the distances of a level; the target may be larger."""
    for row in range(source.shape[0]):
        for column in range(source.shape[1]):
            target[row, column] = source[row, column]


@lean_kernel
def step_limit(steps_per_tile, height, width):
    """Steps of an episode in a maze of this size: the whole number nearest to the share of its area."""
    return max(np.int32(np.rint(steps_per_tile * (height * width))), np.int32(1))


@lean_kernel
def fill_up(board, code):
    """Set every tile."""
    for row in range(board.shape[0]):
        for column in range(board.shape[1]):
            board[row, column] = code


@lean_kernel
def step(actions, world, reward, terminated, truncated, success, alive, shown):
    """Move every agent that still plays and write what all see, game after game, while it is in the cache.

    Returns the first game with a bad action, before anything moved, or -1.
    """
    world, shown = MazeWorld(*world), MazeView(*shown)
    board, goal, at, clock = world.board, world.goal, world.at, world.clock
    bad = False
    for i in range(at.shape[0]):
        bad |= actions[i, 0, 0] < 0 or actions[i, 0, 0] > 3
    if bad:
        return first_bad(actions)
    pad = (board.shape[1] - world.distance.shape[1]) // 2
    for i in range(at.shape[0]):
        row, column, paid = at[i, 0], at[i, 1], np.float32(0.0)
        if clock[i, ENDED] == RUNNING:
            action = actions[i, 0, 0]
            ahead = row + (action == 1) - (action == 0)
            aside = column + (action == 3) - (action == 2)
            free = board[i, ahead + pad, aside + pad] != BLOCKED
            row, column = ahead if free else row, aside if free else column
            at[i, 0], at[i, 1] = row, column
            clock[i, STEP] += 1
            if row == goal[i, 0] and column == goal[i, 1]:
                clock[i, ENDED] = BY_GOAL
                paid = np.float32(1.0 - 0.9 * clock[i, STEP] / clock[i, LIMIT])
            elif clock[i, STEP] >= clock[i, LIMIT]:
                clock[i, ENDED] = BY_LIMIT
        ended = clock[i, ENDED]
        reward[i, 0] = paid
        terminated[i, 0], success[i, 0] = ended == BY_GOAL, ended == BY_GOAL
        truncated[i, 0], alive[i, 0] = ended == BY_LIMIT, ended == RUNNING
        observe(i, world, row, column, shown)
    return -1


@lean_kernel
def first_bad(actions):
    """The first game with a bad action."""
    for i in range(actions.shape[0]):
        if actions[i, 0, 0] < 0 or actions[i, 0, 0] > 3:
            return i
    return -1


@inlined_kernel
def observe(i, world, row, column, shown):
    """Write what the agent of game i sees from this tile; offset and labels unless they are empty."""
    spawn, goal, place, offset, labels = world.spawn, world.goal, shown.place, shown.offset, shown.labels
    copy_view(i, world.board, row, column, shown.square)
    down, right = np.uint32(row - spawn[i, 0] + _AWAY), np.uint32(column - spawn[i, 1] + _AWAY)
    place[i, 0, 0] = (down % _FIRST) * _FIRST + right % _FIRST
    place[i, 0, 1] = (down % _SECOND) * _SECOND + right % _SECOND
    if offset.shape[0]:
        offset[i, 0, 0] = cut(goal[i, 0] - row) + OFFSET_REACH
        offset[i, 0, 1] = cut(goal[i, 1] - column) + OFFSET_REACH
    if labels.shape[0]:
        labels[i, 0] = optimal_moves(world.distance[i], world.size[i], row, column)


@lean_kernel
def cut(far):
    """An offset cut to the range of its codes."""
    return min(max(far, -OFFSET_REACH), OFFSET_REACH)


@lean_kernel
def optimal_moves(distance, size, row, column):
    """Bit k is set when move k leads one step nearer to the goal."""
    bits = 0
    for k in range(4):
        y = row + (k == 1) - (k == 0)
        x = column + (k == 3) - (k == 2)
        inside = 0 <= y < size[0] and 0 <= x < size[1]
        if inside and distance[y, x] != UNREACHABLE and distance[y, x] < distance[row, column]:
            bits |= 1 << k
    return bits
