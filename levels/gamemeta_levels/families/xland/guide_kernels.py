# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False, check-untyped-defs=False
"""Compiled labels of `xland`: which actions lead on, for one who knows goal and rules.

A plan is made where a board is new, and its first change of the board is what the agent is to walk for. Until
the board changes, an action is right when it leads nearer to the place where that change is made.
"""

from gamemeta_levels.families.xland import encoding as e
from gamemeta_levels.families.xland.plan_kernels import WALKABLE, forward_of, hash_of, search, stirs
from gamemeta_levels.families.xland.rule_kernels import (
    CLOCKWISE,
    COLUMN,
    COUNTERCLOCKWISE,
    DIRECTION,
    FORWARD,
    ROW,
    SIDES,
    TOGGLE,
    down,
    right,
)
from gamemeta_levels.kernel import lean_kernel

ALL_ACTIONS = 63
UNREACHED = 255
PLACE, ACTION = range(2)
"""Columns of `aim`: the state (cell * 4 + direction) to walk to, and what is done there; -1 for none."""


@lean_kernel
def right_actions(board, agent, goal, rules, stamp, aim, field, nodes, walk, plan):
    """Actions that lead on, bit by bit; all of them where no plan is known.

    Args:
        board, agent, goal, rules: as `search` takes them.
        stamp: uint64 [2], what the plan and what `field` was made for; 0 for nothing.
        aim: int32 [2].
        field: uint8 [S * S * 4], steps to the place of `aim` from every state.
        nodes, walk, plan: as `search` takes them.
    """
    now = hash_of(board, agent, 0)
    if stamp[0] != now:
        stamp[0], stamp[1] = now, 0
        length = search(board, agent, goal, rules, nodes, walk, plan)
        take_aim(board, agent, length, goal, rules, plan, aim)
    if aim[PLACE] < 0:
        return ALL_ACTIONS
    if stamp[1] != now:
        stamp[1] = now
        spread(board, goal, rules, aim[PLACE], field, walk.order)
    return nearer(board, agent, aim, field)


@lean_kernel
def take_aim(board, agent, length, goal, rules, plan, aim):
    """Walk along a plan until it changes something: that is what comes next."""
    side = board.shape[0]
    state = (agent[ROW] * side + agent[COLUMN]) * SIDES + agent[DIRECTION]
    aim[PLACE] = -1
    k = 0
    while k < length:
        action = plan[k]
        ahead, beside = forward_of(state, side)
        opens = action == TOGGLE and k + 1 < length and plan[k + 1] == FORWARD
        if action == FORWARD and not stirs(board, ahead, beside, goal, rules):
            state = (ahead * side + beside) * SIDES + state % SIDES
        elif action in (CLOCKWISE, COUNTERCLOCKWISE):
            state = state - state % SIDES + (state % SIDES + (1 if action == CLOCKWISE else 3)) % SIDES
        elif not opens:
            aim[PLACE], aim[ACTION] = state, action
            return
        k += 1


@lean_kernel
def spread(board, goal, rules, place, field, order):
    """Write the steps from every state to a place; a closed door counts as open."""
    side = board.shape[0]
    field[:] = UNREACHED
    field[place], order[0] = 0, place
    now, last = 0, 1
    while now < last:
        state = order[now]
        now += 1
        cell, direction = state // SIDES, state % SIDES
        steps = min(field[state] + 1, UNREACHED - 1)
        row, column = cell // side, cell % side
        for way in range(3):
            before = cell * SIDES + (direction + 1 + 2 * way) % SIDES
            if way == 2:
                if not _can_enter(board, row, column, goal, rules):
                    break
                back = (row - down(direction)) * side + column - right(direction)
                shape = board[back // side, back % side] // e.COLOURS
                if not WALKABLE[shape] and shape != e.CLOSED:
                    break
                before = back * SIDES + direction
            if field[before] == UNREACHED:
                field[before] = steps
                order[last] = before
                last += 1


@lean_kernel
def _can_enter(board, row, column, goal, rules):
    """Whether an agent may come to a place, and nothing changes by it."""
    shape = board[row, column] // e.COLOURS
    return (WALKABLE[shape] or shape == e.CLOSED) and not stirs(board, row, column, goal, rules)


@lean_kernel
def nearer(board, agent, aim, field):
    """The actions that lead nearer, bit by bit; all where none does."""
    side = board.shape[0]
    state = (agent[ROW] * side + agent[COLUMN]) * SIDES + agent[DIRECTION]
    if state == aim[PLACE]:
        return 1 << aim[ACTION]
    if field[state] == UNREACHED:
        return ALL_ACTIONS
    bits, direction = 0, state % SIDES
    for action in (CLOCKWISE, COUNTERCLOCKWISE):
        other = state - direction + (direction + (1 if action == CLOCKWISE else 3)) % SIDES
        if field[other] < field[state]:
            bits |= 1 << action
    ahead, beside = forward_of(state, side)
    if field[(ahead * side + beside) * SIDES + direction] < field[state]:
        closed = board[ahead, beside] // e.COLOURS == e.CLOSED
        bits |= 1 << (TOGGLE if closed else FORWARD)
    return bits if bits else ALL_ACTIONS
