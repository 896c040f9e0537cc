# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False, check-untyped-defs=False
"""Compiled rules of XLand-MiniGrid: moves, rules, goals and the view. All arrays belong to the caller.

A board is uint8 [H + 2 pad, W + 2 pad] of tile codes; what lies around it is `EMPTY`. The agent is int32 [4]:
row, column, the direction it looks in (up, right, down, left) and the tile that it holds; the pad counts.
The edge of a board is wall, which no rule changes: `gamemeta_levels.families.xland.encoding` sees to it.
"""

import numpy as np

from gamemeta_levels.families.xland import encoding as e
from gamemeta_levels.kernel import lean_kernel

FORWARD, CLOCKWISE, COUNTERCLOCKWISE, PICK_UP, PUT_DOWN, TOGGLE = range(6)
ACTIONS = 6
ROW, COLUMN, DIRECTION, HELD = range(4)
SIDES = 4
SHAPE_OF, COLOUR_OF = (part.astype(np.uint8) for part in np.divmod(np.arange(256), e.COLOURS))
"""Shape and colour of every tile code."""
_ONE, _LOSS = np.float32(1.0), np.float32(0.9)


@lean_kernel
def down(direction):
    """Rows that a step in this direction leads down."""
    return (direction == 2) - (direction == 0)


@lean_kernel
def right(direction):
    """Columns that a step in this direction leads to the right."""
    return (direction == 1) - (direction == 3)


@lean_kernel
def play(actions, boards, agents, goals, rules, steps, limit, reward, terminated, truncated):
    """Play a step of every game; returns the first game with a bad action, before anything moved, or -1.

    Args:
        actions: [N].
        boards, agents: uint8 [N, ...], int32 [N, 4].
        goals, rules: uint8 [N, 3], uint8 [N, R, 4].
        steps: int32 [N], steps played.
        limit: steps of an episode.
        reward: float32 [N], 1 - 0.9 steps / limit where the goal is reached, else 0.
        terminated, truncated: bool [N].
    """
    for i in range(actions.shape[0]):
        if actions[i] < 0 or actions[i] >= ACTIONS:
            return i
    for i in range(actions.shape[0]):
        terminated[i] = advance(actions[i], boards[i], agents[i], goals[i], rules[i])
        steps[i] += 1
        truncated[i] = steps[i] == limit and not terminated[i]
        reward[i] = paid(steps[i], limit) if terminated[i] else 0.0
    return -1


@lean_kernel
def advance(action, board, agent, goal, rules):
    """Play a step of one game, rules and all; returns whether its goal is reached. Rules end at `NOTHING`."""
    row, column = act(board, agent, action)
    if action in (CLOCKWISE, COUNTERCLOCKWISE, TOGGLE):
        return False
    for k in range(rules.shape[0]):
        if rules[k, 0] == e.NOTHING:
            break
        apply_rule(rules[k], board, agent, action, row, column)
    return reached(goal, board, agent, action, row, column)


@lean_kernel
def paid(step, limit):
    """Reward of reaching the goal in this step."""
    return _ONE - _LOSS * (np.float32(step) / np.float32(limit))


@lean_kernel
def act(board, agent, action):
    """Move, turn, pick up, put down or toggle; returns the place that the action was about."""
    direction = agent[DIRECTION]
    row, column = agent[ROW] + down(direction), agent[COLUMN] + right(direction)
    if action in (CLOCKWISE, COUNTERCLOCKWISE):
        agent[DIRECTION] = (direction + (1 if action == CLOCKWISE else 3)) % SIDES
        return agent[ROW], agent[COLUMN]
    shape, colour = board[row, column] // e.COLOURS, board[row, column] % e.COLOURS
    if action == FORWARD:
        if shape in (e.FLOOR, e.GOAL, e.OPEN):
            agent[ROW], agent[COLUMN] = row, column
        return agent[ROW], agent[COLUMN]
    held = agent[HELD] // e.COLOURS
    if action == PICK_UP:
        thing = (e.BALL <= shape <= e.KEY and shape != e.GOAL) or shape in (e.HEX, e.STAR)
        if thing and held == e.EMPTY:
            agent[HELD], board[row, column] = board[row, column], e.FLOOR_TILE
    elif action == PUT_DOWN:
        if shape == e.FLOOR and held != e.EMPTY:
            board[row, column], agent[HELD] = agent[HELD], 0
    elif shape == e.CLOSED or (shape == e.LOCKED and agent[HELD] == e.KEY * e.COLOURS + colour):
        board[row, column] = e.OPEN * e.COLOURS + colour
    elif shape == e.OPEN:
        board[row, column] = e.CLOSED * e.COLOURS + colour
    return row, column


@lean_kernel
def apply_rule(rule, board, agent, action, row, column):
    """Change what a rule changes after an action that was about this place."""
    kind, a, product = rule[0], rule[1], rule[3]
    if kind == e.HOLD:
        if action == PICK_UP and agent[HELD] == a:
            agent[HELD] = product
    elif kind == e.RULE_NEAR or kind >= e.RULE_NEAR_SIDES:
        if action == FORWARD or (action == PUT_DOWN and kind != e.RULE_NEAR):
            for side in range(SIDES):
                y, x = agent[ROW] + down(side), agent[COLUMN] + right(side)
                if (kind == e.RULE_NEAR or side == kind - e.RULE_NEAR_SIDES) and board[y, x] == a:
                    board[y, x] = product
    elif action == PUT_DOWN and (board[row, column] == a or board[row, column] == rule[2]):
        tile = board[row, column]
        for side in range(SIDES):
            y, x = row + down(side), column + right(side)
            if touches(kind - e.RULE_TOUCH_SIDES, kind == e.RULE_TOUCH, side, tile, board[y, x], a, rule[2]):
                board[y, x], board[row, column] = product, e.FLOOR_TILE


@lean_kernel
def touches(wanted, any_side, side, tile, beside, a, b):
    """Whether a tile and the one beside it, on this side, are a and b with b on the wanted side of a."""
    first = tile == a and beside == b and (any_side or side == wanted)
    return first or (tile == b and beside == a and (any_side or side == (wanted + 2) % SIDES))


@lean_kernel
def reached(goal, board, agent, action, row, column):
    """Whether the goal is reached by an action that was about this place."""
    kind, a, b = goal[0], goal[1], goal[2]
    if kind == e.NOTHING:
        return False
    if kind == e.HOLD:
        return action == PICK_UP and agent[HELD] == a
    if kind == e.GOAL_NEAR or kind >= e.GOAL_NEAR_SIDES:
        if action == FORWARD or (action == PUT_DOWN and kind != e.GOAL_NEAR):
            for side in range(SIDES):
                y, x = agent[ROW] + down(side), agent[COLUMN] + right(side)
                if (kind == e.GOAL_NEAR or side == kind - e.GOAL_NEAR_SIDES) and board[y, x] == a:
                    return True
        return False
    if action == PUT_DOWN:
        tile = board[row, column]
        for side in range(SIDES):
            beside = board[row + down(side), column + right(side)]
            if touches(kind - e.GOAL_TOUCH_SIDES, kind == e.GOAL_TOUCH, side, tile, beside, a, b):
                return True
    return False


@lean_kernel
def observe(boards, agents, view):
    """Write what every agent sees into view uint8 [N, side, side, 2], as `look` does."""
    for i in range(view.shape[0]):
        look(boards[i], agents[i], view[i])


@lean_kernel
def look(board, agent, view):
    """Write what an agent sees into view uint8 [side, side, 2]: shapes and colours, the agent in the middle
    of the last row and looking up. Nothing hides what lies behind it; the pad must be side - 1."""
    side = view.shape[0]
    ahead, aside = down(agent[DIRECTION]), right(agent[DIRECTION])
    for y in range(side):
        far = side - 1 - y
        row = agent[ROW] + far * ahead - side // 2 * aside
        column = agent[COLUMN] + far * aside + side // 2 * ahead
        for x in range(side):
            tile = board[np.uint64(row), np.uint64(column)]
            view[y, x, 0], view[y, x, 1] = SHAPE_OF[tile], COLOUR_OF[tile]
            row += aside
            column -= ahead
