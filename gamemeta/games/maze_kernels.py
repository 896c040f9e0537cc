"""Compiled parts of the game `maze`. All arrays belong to the caller."""

import numpy as np

from gamemeta.games.view_kernels import copy_view
from gamemeta_levels.family import UNREACHABLE
from gamemeta_levels.kernel import kernel
from gamemeta_levels.tiles import WALL

OPEN, BLOCKED, GOAL_SEEN = 0, 1, 2
"""What a tile of the view shows."""

FIRST_MODULUS, SECOND_MODULUS = 5, 7
_FIRST, _SECOND = np.uint32(FIRST_MODULUS), np.uint32(SECOND_MODULUS)
_AWAY = FIRST_MODULUS * SECOND_MODULUS * 1000
"""No residue changes with it, and no offset in a maze is below its negative: it makes offsets positive, whose
residues take no division."""
PLACE_CODES = SECOND_MODULUS * SECOND_MODULUS
OFFSET_REACH = 16
OFFSET_CODES = 2 * OFFSET_REACH + 1
"""The revealed goal is told as row and column offset from the agent, cut to -16..16."""

RUNNING, BY_GOAL, BY_LIMIT = 0, 1, 2


@kernel
def reset(
    rows,
    tiles,
    size,
    spawn,
    goal,
    distance,
    limit,
    goal_visible,
    board,
    own_distance,
    own_size,
    own_spawn,
    own_goal,
    at,
    clock,
    alive,
):
    """Copy level i into game i for these rows and put the agent on its spawn; `limit` has one for each row.

    `board` is padded by half a view of wall on every side, so that a view never leaves it.
    """
    height, width = tiles.shape[1], tiles.shape[2]
    pad = (board.shape[1] - own_distance.shape[1]) // 2
    for k in range(rows.shape[0]):
        i = rows[k]
        fill_up(board[i], BLOCKED)
        for row in range(size[i, 0]):
            for column in range(size[i, 1]):
                if tiles[i, row, column] != WALL:
                    board[i, row + pad, column + pad] = OPEN
        for row in range(height):
            for column in range(width):
                own_distance[i, row, column] = distance[i, row, column]
        for axis in range(2):
            own_size[i, axis], own_spawn[i, axis] = size[i, axis], spawn[i, axis]
            own_goal[i, axis], at[i, axis] = goal[i, axis], spawn[i, axis]
        if goal_visible:
            board[i, goal[i, 0] + pad, goal[i, 1] + pad] = GOAL_SEEN
        clock[i, 0], clock[i, 1], clock[i, 2] = 0, limit[k], RUNNING
        alive[i, 0] = True


@kernel
def fill_up(board, code):
    """Set every tile."""
    for row in range(board.shape[0]):
        for column in range(board.shape[1]):
            board[row, column] = code


@kernel
def step(actions, board, goal, at, clock, pad, reward, terminated, truncated, success, alive):
    """Move every agent that still plays. Returns the first game with a bad action, or -1."""
    for i in range(at.shape[0]):
        action = actions[i, 0, 0]
        if action < 0 or action > 3:
            return i
    for i in range(at.shape[0]):
        action = actions[i, 0, 0]
        reward[i, 0] = 0.0
        if clock[i, 2] == RUNNING:
            row = at[i, 0] + (action == 1) - (action == 0)
            column = at[i, 1] + (action == 3) - (action == 2)
            if board[i, row + pad, column + pad] != BLOCKED:
                at[i, 0], at[i, 1] = row, column
            clock[i, 0] += 1
            if at[i, 0] == goal[i, 0] and at[i, 1] == goal[i, 1]:
                clock[i, 2] = BY_GOAL
                reward[i, 0] = 1.0 - 0.9 * clock[i, 0] / clock[i, 1]
            elif clock[i, 0] >= clock[i, 1]:
                clock[i, 2] = BY_LIMIT
        terminated[i, 0] = clock[i, 2] == BY_GOAL
        success[i, 0] = clock[i, 2] == BY_GOAL
        truncated[i, 0] = clock[i, 2] == BY_LIMIT
        alive[i, 0] = clock[i, 2] == RUNNING
    return -1


@kernel
def observe(rows, board, distance, size, spawn, goal, at, view, place, offset, labels):
    """Write the observation of the games of these rows; labels unless they are empty."""
    for game in range(rows.shape[0]):
        i = rows[game]
        row, column = at[i, 0], at[i, 1]
        copy_view(i, board, row, column, view)
        down, right = np.uint32(row - spawn[i, 0] + _AWAY), np.uint32(column - spawn[i, 1] + _AWAY)
        place[i, 0, 0] = (down % _FIRST) * _FIRST + right % _FIRST
        place[i, 0, 1] = (down % _SECOND) * _SECOND + right % _SECOND
        for k in range(2):
            far = min(max(goal[i, k] - at[i, k], -OFFSET_REACH), OFFSET_REACH)
            offset[i, 0, k] = far + OFFSET_REACH
        if labels.shape[0]:
            labels[i, 0] = optimal_moves(distance[i], size[i], row, column)


@kernel
def optimal_moves(distance, size, row, column):
    """Bit k is set when move k leads one step nearer to the goal."""
    bits = 0
    for k in range(4):
        r = row + (k == 1) - (k == 0)
        c = column + (k == 3) - (k == 2)
        inside = 0 <= r < size[0] and 0 <= c < size[1]
        if inside and distance[r, c] != UNREACHABLE and distance[r, c] < distance[row, column]:
            bits |= 1 << k
    return bits
