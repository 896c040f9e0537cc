# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False, check-untyped-defs=False
"""Compiled parts of the game `xland`. All arrays belong to the caller.

The worlds of N games, as `World` names them:
    board: uint8 [N, S + 2 pad, S + 2 pad], as `rule_kernels` has it.
    agent: int32 [N, 5], as `rule_kernels` has it, then the tile taken last, 0 for none.
    goal, rules: uint8 [N, 3], uint8 [N, 18, 4].
    clock: int32 [N, 4], columns below.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.families.xland import encoding as e
from gamemeta_levels.families.xland.guide_kernels import ALL_ACTIONS, right_actions
from gamemeta_levels.families.xland.layout_kernels import draw_layout
from gamemeta_levels.families.xland.rooms import MOST_SIDE
from gamemeta_levels.families.xland.rule_kernels import (
    ACTIONS,
    COLOUR_OF,
    COLUMN,
    DIRECTION,
    HELD,
    PICK_UP,
    PUT_DOWN,
    ROW,
    SHAPE_OF,
    advance,
    down,
    look,
    paid,
    right,
)
from gamemeta_levels.families.xland.rulesets import MOST_RULES
from gamemeta_levels.kernel import combine, lean_kernel

TAKEN = HELD + 1
STEPS, LIMIT, ENDED, SIDE = range(4)
"""Columns of `clock`: steps so far, the limit, whether the episode ended and how, and side of the grid."""
RUNNING, REACHED, TIME_UP = range(3)
ROLE_CODES = 3 + 2 * MOST_RULES
"""Roles of tiles: none, a and b of the goal, and a and b of each rule."""
PART_LABELS = 4
"""Parts that a label tells apart: none, a and b of the goal, and any in a rule."""
KIND_CODES = e.GOAL_NEAR_SIDES + 4
PART, MADE = 1, 2
"""Whether a tile may have a part in goals and rules, and whether rules may make it."""


def _parts() -> NDArray[np.uint8]:
    parts = np.zeros(256, np.uint8)
    for shape in e.INPUTS:
        for colour in e.PAINTS:
            parts[shape * e.COLOURS + colour] = PART | MADE
    parts[e.FLOOR_TILE] = MADE
    return parts


PARTS = _parts()


class World(NamedTuple):
    """The arrays of N games."""

    board: NDArray[np.uint8]
    agent: NDArray[np.int32]
    goal: NDArray[np.uint8]
    rules: NDArray[np.uint8]
    clock: NDArray[np.int32]


class Rulesets(NamedTuple):
    """What N levels say, and what their layouts are drawn from: uint64 [N] `chance`."""

    tiles: NDArray[np.uint8]
    size: NDArray[np.int32]
    doors: NDArray[np.int32]
    goal: NDArray[np.uint8]
    rules: NDArray[np.uint8]
    things: NDArray[np.uint8]
    chance: NDArray[np.uint64]


class Shown(NamedTuple):
    """Where observations are written; what is not shown is of length 0."""

    seen: NDArray[np.uint8]
    direction: NDArray[np.uint8]
    held: NDArray[np.uint8]
    taken: NDArray[np.uint8]
    front: NDArray[np.uint8]
    roles: NDArray[np.uint8]
    kinds: NDArray[np.uint8]


@lean_kernel
def reset(mask, levels, steps_per_tile, pad, cells, stream, world, alive, shown):
    """Take over level i where the mask holds, and draw its layout.

    Returns -1, or the first level that does not fit these rules; nothing is changed then.
    """
    levels, world = Rulesets(*levels), World(*world)
    for i in range(mask.shape[0]):
        if mask[i] and not _fits(i, levels):
            return i
    for i in range(mask.shape[0]):
        if not mask[i]:
            continue
        clock, side = world.clock[i], levels.size[i, 0]
        stream[0] = combine(levels.chance[i], 0)
        things, doors = levels.things[i], levels.doors[i]
        if not draw_layout(
            stream, levels.tiles[i], side, doors, things, pad, cells, world.board[i], world.agent[i]
        ):
            return i
        for column in range(world.goal.shape[1]):
            world.goal[i, column] = levels.goal[i, column]
        for k in range(world.rules.shape[1]):
            for column in range(world.rules.shape[2]):
                world.rules[i, k, column] = levels.rules[i, k, column]
        clock[STEPS], clock[ENDED], clock[SIDE] = 0, RUNNING, side
        clock[LIMIT] = max(1, round(steps_per_tile * side * side))
        world.agent[i, TAKEN] = 0
        alive[i, 0] = True
        show(i, world, shown)
    return -1


@lean_kernel
def _fits(i, levels):
    """Whether the compiled rules can play a level: its grid, doors, goal, rules and things are what they are
    in levels that `pack` and `fill` make."""
    side, goal = levels.size[i, 0], levels.goal[i]
    if levels.size[i, 1] != side or side > MOST_SIDE or goal[0] >= KIND_CODES:
        return False
    for k in range(side):
        tiles = levels.tiles[i]
        if tiles[0, k] or tiles[k, 0] or tiles[side - 1, k] or tiles[k, side - 1]:
            return False
    for k in range(levels.doors.shape[1]):
        door = levels.doors[i, k]
        if min(door[0], door[1], door[2], door[3]) < 0:
            return False
        beyond = max(door[0] + door[2], door[1] + door[3]) > side
        if door[2] and (beyond or min(door[0], door[1], door[3]) < 1):
            return False
    fits = PARTS[goal[1]] & PART and (goal[2] == 0 or PARTS[goal[2]] & PART)
    for k in range(levels.rules.shape[1]):
        rule = levels.rules[i, k]
        if rule[0]:
            second = rule[2] == 0 or PARTS[rule[2]] & PART
            fits = fits and second and PARTS[rule[1]] & PART and PARTS[rule[3]] & MADE
            fits = fits and rule[0] < KIND_CODES
    for k in range(levels.things.shape[1]):
        fits = fits and (levels.things[i, k] == 0 or PARTS[levels.things[i, k]] & PART)
    return bool(fits)


@lean_kernel
def step(actions, world, reward, terminated, truncated, success, alive, shown):
    """Play a step of every game that still runs. Returns the first game with a bad action, or -1."""
    world = World(*world)
    for i in range(actions.shape[0]):
        if actions[i, 0, 0] < 0 or actions[i, 0, 0] >= ACTIONS:
            return i
    for i in range(actions.shape[0]):
        clock = world.clock[i]
        reward[i, 0] = 0.0
        if clock[ENDED] == RUNNING:
            clock[STEPS] += 1
            action, agent, board = actions[i, 0, 0], world.agent[i], world.board[i]
            taken = taken_by(action, agent, board)
            if advance(action, board, agent, world.goal[i], world.rules[i]):
                clock[ENDED] = REACHED
                reward[i, 0] = paid(clock[STEPS], clock[LIMIT])
            elif clock[STEPS] >= clock[LIMIT]:
                clock[ENDED] = TIME_UP
            agent[TAKEN] = taken
        show(i, world, shown)
        terminated[i, 0] = success[i, 0] = clock[ENDED] == REACHED
        truncated[i, 0], alive[i, 0] = clock[ENDED] == TIME_UP, clock[ENDED] == RUNNING
    return -1


@lean_kernel
def taken_by(action, agent, board):
    """The tile that an agent picked up last and has not put down, after this action on the board before it:
    what it can remember. What rules make of it in its hand, it does not see."""
    tile = board[agent[ROW] + down(agent[DIRECTION]), agent[COLUMN] + right(agent[DIRECTION])]
    if action == PICK_UP and agent[HELD] == 0 and PARTS[tile] & PART and SHAPE_OF[tile] != e.GOAL:
        return tile
    if action == PUT_DOWN and tile == e.FLOOR_TILE:
        return 0
    return agent[TAKEN]


@lean_kernel
def show(i, world, shown):
    """Write what agent i observes."""
    shown = Shown(*shown)
    agent, goal, rules = world.agent[i], world.goal[i], world.rules[i]
    seen = shown.seen[i, 0]
    look(world.board[i], agent, seen)
    shown.direction[i, 0, 0] = agent[DIRECTION]
    if shown.held.shape[0]:
        shown.held[i, 0, 0], shown.held[i, 0, 1] = SHAPE_OF[agent[HELD]], COLOUR_OF[agent[HELD]]
    if shown.taken.shape[0]:
        shown.taken[i, 0, 0], shown.taken[i, 0, 1] = SHAPE_OF[agent[TAKEN]], COLOUR_OF[agent[TAKEN]]
    if shown.front.shape[0]:
        middle, last = seen.shape[0] // 2, seen.shape[0] - 1
        shown.front[i, 0, 0] = seen[last - 1, middle, 0] * e.COLOURS + seen[last - 1, middle, 1]
    if shown.roles.shape[0]:
        kinds = shown.kinds[i, 0]
        kinds[0] = goal[0]
        for k in range(rules.shape[0]):
            kinds[k + 1] = rules[k, 0]
        for y in range(seen.shape[0]):
            for x in range(seen.shape[1]):
                tile = seen[y, x, 0] * e.COLOURS + seen[y, x, 1]
                shown.roles[i, 0, y, x] = role_of(tile, goal, rules)


@lean_kernel
def role_of(tile, goal, rules):
    """What part a tile has: 0 none, 1 and 2 a and b of the goal, then a and b of each rule."""
    if PARTS[tile] & PART == 0:
        return 0
    if tile == goal[1]:
        return 1
    if tile == goal[2]:
        return 2
    for k in range(rules.shape[0]):
        if rules[k, 0] == e.NOTHING:
            break
        if tile == rules[k, 1] or tile == rules[k, 2]:
            return 3 + 2 * k + (tile != rules[k, 1])
    return 0


@lean_kernel
def label_part(mask, world, labels):
    """Write the part of the tile before each agent as one bit into labels uint8 [N, 1] where the mask holds;
    all bits where the episode is over."""
    world = World(*world)
    for i in range(mask.shape[0]):
        if not mask[i]:
            continue
        labels[i, 0] = (1 << PART_LABELS) - 1
        if world.clock[i, ENDED] == RUNNING:
            agent = world.agent[i]
            row, column = agent[ROW] + down(agent[DIRECTION]), agent[COLUMN] + right(agent[DIRECTION])
            labels[i, 0] = 1 << min(role_of(world.board[i, row, column], world.goal[i], world.rules[i]), 3)


@lean_kernel
def label(mask, pad, world, stamp, aim, field, search, labels):
    """Write the actions that lead on, bit by bit, into labels uint8 [N, 1] where the mask holds.

    `stamp`, `aim` and `field` are those of `right_actions` for each game; `search` is (nodes, walk, plan,
    board, agent): room for searches, the last two for what is searched from, on boards of side S.
    """
    world = World(*world)
    nodes, walk, plan, board, agent = search
    side = board.shape[0]
    for i in range(mask.shape[0]):
        if not mask[i]:
            continue
        labels[i, 0] = ALL_ACTIONS
        if world.clock[i, ENDED] == RUNNING:
            for row in range(side):
                for column in range(side):
                    board[row, column] = world.board[i, row + pad, column + pad]
            agent[ROW], agent[COLUMN] = world.agent[i, ROW] - pad, world.agent[i, COLUMN] - pad
            agent[DIRECTION], agent[HELD] = world.agent[i, DIRECTION], world.agent[i, HELD]
            goal, rules = world.goal[i], world.rules[i]
            labels[i, 0] = right_actions(
                board, agent, goal, rules, stamp[i], aim[i], field[i], nodes, walk, plan
            )
