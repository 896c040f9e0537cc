# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False, check-untyped-defs=False
"""Compiled search for a plan on one layout of `xland`, by one who knows goal and rules.

A best-first search over boards. From a board, the agent may walk anywhere; what it walks for are changes:
picking up a thing that leads to the goal, putting down what it holds, or coming near a tile that changes or
is the goal. Boards are looked at in the order of steps so far plus `PER_RULE` for each rule that still has to
change something. The search is bounded, and not exact: what it finds is a plan, and seldom the shortest.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.families.xland import encoding as e
from gamemeta_levels.families.xland.rule_kernels import (
    CLOCKWISE,
    COLUMN,
    COUNTERCLOCKWISE,
    DIRECTION,
    FORWARD,
    HELD,
    PICK_UP,
    PUT_DOWN,
    ROW,
    SIDES,
    TOGGLE,
    advance,
    down,
    right,
)
from gamemeta_levels.kernel import lean_kernel, mix64

PER_RULE = 14
"""Steps that a rule is expected to take: about what a walk across a room takes."""
MOST_NODES = 3000
"""Boards after which a search gives up."""
DEEPEST = 6
"""Most rules between a tile that lies about and one that is needed."""
FAR = 99
ANYWHERE, IN_THE_OPEN, BESIDE_NEEDED = 1, 2, 3
"""Places to put a thing down: of the first two kinds, only the nearest are tried."""
ACTIONS_PER_NODE, SLOTS_PER_NODE = 40, 5
"""Room for actions, and for boards that are known, per node."""
WALKABLE = np.array([shape in (e.FLOOR, e.GOAL, e.OPEN) for shape in range(e.SHAPES)])


class Nodes(NamedTuple):
    """Boards of a search: states, steps, the node each comes from, and the actions that led here from it."""

    board: NDArray[np.uint8]
    agent: NDArray[np.int32]
    steps: NDArray[np.int32]
    parent: NDArray[np.int32]
    first: NDArray[np.int32]
    length: NDArray[np.int32]
    pool: NDArray[np.uint8]
    seen: NDArray[np.uint64]
    next: NDArray[np.int32]
    heads: NDArray[np.int32]
    cost: NDArray[np.int32]
    needed: NDArray[np.bool_]
    counts: NDArray[np.int32]
    """Numbers of nodes and of actions in the pool, and the node with the goal or -1."""


class Walk(NamedTuple):
    """Ways from one place, by state (cell * 4 + direction): steps, the state and number of actions before."""

    cost: NDArray[np.int32]
    before: NDArray[np.int32]
    order: NDArray[np.int32]
    done: NDArray[np.bool_]
    tried: NDArray[np.uint8]
    actions: NDArray[np.uint8]


NODES, ACTIONS_USED, GOAL_NODE = range(3)


def scratch(side: int, limit: int, most: int = MOST_NODES) -> tuple[Nodes, Walk]:
    """Room for a search on boards of this side, for plans of at most so many steps; any search may follow.

    Args:
        side: of the boards, tiles.
        limit: most steps of a plan.
        most: boards after which the search gives up.
    """
    states = side * side * SIDES
    nodes = Nodes(
        board=np.empty((most, side, side), np.uint8),
        agent=np.empty((most, 4), np.int32),
        steps=np.zeros(most, np.int32),
        parent=np.zeros(most, np.int32),
        first=np.zeros(most, np.int32),
        length=np.zeros(most, np.int32),
        pool=np.empty(ACTIONS_PER_NODE * most, np.uint8),
        seen=np.empty(SLOTS_PER_NODE * most, np.uint64),
        next=np.empty(most, np.int32),
        heads=np.empty(limit + PER_RULE * FAR + 1, np.int32),
        cost=np.empty(256, np.int32),
        needed=np.empty(256, np.bool_),
        counts=np.empty(3, np.int32),
    )
    walk = Walk(
        cost=np.empty(states, np.int32),
        before=np.empty(states, np.int32),
        order=np.empty(3 * states, np.int32),
        done=np.empty(states, np.bool_),
        tried=np.empty(states, np.uint8),
        actions=np.empty(4 * states, np.uint8),
    )
    return nodes, walk


@lean_kernel
def search(board, agent, goal, rules, nodes, walk, plan):
    """Write a plan into uint8 [limit]; returns its length, or -1 where none was found.

    Args:
        board: uint8 [S, S]; agent: int32 [4]. Neither is changed.
        goal, rules: uint8 [3], uint8 [R, 4].
        nodes, walk: made by `scratch` for this side and limit.
    """
    nodes.seen[:], nodes.heads[:], nodes.next[:] = 0, -1, -1
    mark_needed(goal, rules, nodes.needed)
    for row in range(board.shape[0]):
        for column in range(board.shape[1]):
            nodes.board[0, row, column] = board[row, column]
    for k in range(4):
        nodes.agent[0, k] = agent[k]
    nodes.steps[0], nodes.parent[0], nodes.length[0] = 0, -1, 0
    nodes.counts[NODES], nodes.counts[ACTIONS_USED], nodes.counts[GOAL_NODE] = 1, 0, -1
    least = estimate(board, agent, goal, rules, nodes.cost)
    if least >= FAR:
        return -1
    nodes.heads[PER_RULE * least] = 0
    at = 0
    full = False
    while at < nodes.heads.shape[0] and not full:
        node = nodes.heads[at]
        if node < 0:
            at += 1
            continue
        nodes.heads[at] = nodes.next[node]
        if node == nodes.counts[GOAL_NODE]:
            break
        expand(node, goal, rules, plan.shape[0], nodes, walk)
        full = nodes.counts[NODES] == nodes.steps.shape[0]
        at = 0
    return written(nodes.counts[GOAL_NODE], nodes, plan) if nodes.counts[GOAL_NODE] >= 0 else -1


@lean_kernel
def mark_needed(goal, rules, needed):
    """Mark the tiles that the goal is about, and all that rules make such tiles of."""
    needed[:] = False
    for k in range(1, 3):
        if goal[k]:
            needed[goal[k]] = True
    for _ in range(rules.shape[0]):
        for k in range(rules.shape[0]):
            if rules[k, 0] != e.NOTHING and needed[rules[k, 3]]:
                needed[rules[k, 1]] = True
                if rules[k, 2]:
                    needed[rules[k, 2]] = True


@lean_kernel
def estimate(board, agent, goal, rules, cost):
    """How many rules have to change something before the tiles of the goal are there; FAR where none can.

    `cost` int32 [256] is scratch: of every tile, the rules to apply until it is there.
    """
    cost[:] = FAR
    cost[0] = cost[agent[HELD]] = 0
    for row in range(board.shape[0]):
        for column in range(board.shape[1]):
            cost[board[row, column]] = 0
    for _ in range(DEEPEST):
        for k in range(rules.shape[0]):
            if rules[k, 0] == e.NOTHING:
                break
            through = 1 + cost[rules[k, 1]] + cost[rules[k, 2]]
            cost[rules[k, 3]] = min(cost[rules[k, 3]], through)
    return min(cost[goal[1]] + cost[goal[2]], FAR)


@lean_kernel
def written(node, nodes, plan):
    """Write the actions that led from the first board to this one; returns how many there are."""
    total = 0
    k = node
    while k > 0:
        total += nodes.length[k]
        k = nodes.parent[k]
    end = total
    while node > 0:
        end -= nodes.length[node]
        for k in range(nodes.length[node]):
            plan[end + k] = nodes.pool[nodes.first[node] + k]
        node = nodes.parent[node]
    return total


@lean_kernel
def expand(node, goal, rules, limit, nodes, walk):
    """Walk everywhere from a node's place, and add the boards that the agent can make of its board."""
    side, needed = nodes.board.shape[1], nodes.needed
    board, held = nodes.board[node], nodes.agent[node, HELD]
    begin_walk(nodes.agent[node], side, walk)
    freed = 0
    now, last = 0, 1
    while now < last:
        state = nearest(now, last, walk)
        now += 1
        if walk.done[state]:
            continue
        walk.done[state] = True
        direction = state % SIDES
        ahead, beside = forward_of(state, side)
        place = (ahead * side + beside) * SIDES + direction
        tile = board[ahead, beside]
        closed, walkable = tile // e.COLOURS == e.CLOSED, WALKABLE[tile // e.COLOURS]
        stirred = (closed or walkable) and stirs(board, ahead, beside, goal, rules)
        if stirred or (held == 0 and needed[tile] and not walkable):
            wanted = walk.tried[place - direction] == 0
            walk.tried[place - direction] = 1
        else:
            worth = worth_of_putting(board, ahead, beside, needed) if held and tile == e.FLOOR_TILE else 0
            wanted = worth > freed
            freed = max(freed, worth) if worth < BESIDE_NEEDED else freed
        if wanted:
            action = FORWARD if stirred else PICK_UP if held == 0 else PUT_DOWN
            add(node, state, action, goal, rules, limit, nodes, walk)
        for turn in range(3):
            other, steps = place, 2 if closed else 1
            if turn < 2:
                other, steps = state - direction + (direction + 1 + 2 * turn) % SIDES, 1
            elif stirred or not (closed or walkable):
                break
            last = reach(other, state, steps, last, walk)


@lean_kernel
def nearest(now, last, walk):
    """The state with the fewest steps among those to look at, which comes to the front."""
    best = now
    for k in range(now + 1, last):
        if walk.cost[walk.order[k]] < walk.cost[walk.order[best]]:
            best = k
    state = walk.order[best]
    walk.order[best], walk.order[now] = walk.order[now], state
    return state


@lean_kernel
def begin_walk(agent, side, walk):
    """Stand at the agent's place."""
    walk.cost[:] = 1 << 20
    walk.done[:] = False
    walk.tried[:] = 0
    state = (agent[ROW] * side + agent[COLUMN]) * SIDES + agent[DIRECTION]
    walk.cost[state], walk.before[state], walk.order[0] = 0, -1, state


@lean_kernel
def reach(state, before, steps, last, walk):
    """Note a way to a state where it is the shortest yet; returns where the list of states ends."""
    cost = walk.cost[before] + steps
    if walk.done[state] or cost >= walk.cost[state] or last == walk.order.shape[0]:
        return last
    walk.cost[state], walk.before[state], walk.order[last] = cost, before, state
    return last + 1


@lean_kernel
def worth_of_putting(board, row, column, needed):
    """Whether something may come of putting a thing here: `BESIDE_NEEDED`, `IN_THE_OPEN` or `ANYWHERE`."""
    floor = 0
    for side in range(SIDES):
        tile = board[row + down(side), column + right(side)]
        if needed[tile]:
            return BESIDE_NEEDED
        floor += tile == e.FLOOR_TILE
    return IN_THE_OPEN if floor == SIDES else ANYWHERE


@lean_kernel
def stirs(board, row, column, goal, rules):
    """Whether coming to this place reaches the goal, or makes a rule change something."""
    for side in range(SIDES):
        tile = board[row + down(side), column + right(side)]
        kind = goal[0]
        if tile == goal[1] and (kind == e.GOAL_NEAR or kind == e.GOAL_NEAR_SIDES + side):
            return True
        for k in range(rules.shape[0]):
            kind = rules[k, 0]
            if kind == e.NOTHING:
                break
            if tile == rules[k, 1] and (kind == e.RULE_NEAR or kind == e.RULE_NEAR_SIDES + side):
                return True
    return False


@lean_kernel
def add(node, state, action, goal, rules, limit, nodes, walk):
    """Add what comes of walking to a state and doing this there, unless it is known or leads nowhere."""
    new = nodes.counts[NODES]
    if new == nodes.steps.shape[0]:
        return
    board, agent = nodes.board[new], nodes.agent[new]
    for row in range(board.shape[0]):
        for column in range(board.shape[1]):
            board[row, column] = nodes.board[node, row, column]
    for k in range(4):
        agent[k] = nodes.agent[node, k]
    first, length = nodes.counts[ACTIONS_USED], way_to(state, action, board, walk)
    if nodes.steps[node] + length > limit or first + length > nodes.pool.shape[0]:
        return
    ended = False
    used = 0
    while used < length and not ended:
        act = walk.actions[length - 1 - used]
        nodes.pool[first + used] = act
        ended = advance(act, board, agent, goal, rules)
        used += 1
    rest = 0 if ended else estimate(board, agent, goal, rules, nodes.cost)
    if rest >= FAR or (not ended and met(board, agent, nodes.seen)):
        return
    nodes.steps[new], nodes.parent[new] = nodes.steps[node] + used, node
    nodes.first[new], nodes.length[new] = first, used
    nodes.counts[NODES], nodes.counts[ACTIONS_USED] = new + 1, first + used
    best = nodes.counts[GOAL_NODE]
    if ended and (best < 0 or nodes.steps[new] < nodes.steps[best]):
        nodes.counts[GOAL_NODE] = new
    if not ended or nodes.counts[GOAL_NODE] == new:
        place = nodes.steps[new] + PER_RULE * rest
        nodes.next[new] = nodes.heads[place]
        nodes.heads[place] = new


@lean_kernel
def way_to(state, action, board, walk):
    """Write, last first, the actions that lead to a state and the one done there; returns how many."""
    side = board.shape[0]
    walk.actions[0], length = action, 1
    row, column = forward_of(state, side)
    if action == FORWARD and board[row, column] // e.COLOURS == e.CLOSED:
        walk.actions[length] = TOGGLE
        length += 1
    while walk.before[state] >= 0:
        before = walk.before[state]
        if before // SIDES != state // SIDES:
            walk.actions[length] = FORWARD
            length += 1
            row, column = forward_of(before, side)
            if board[row, column] // e.COLOURS == e.CLOSED:
                walk.actions[length] = TOGGLE
                length += 1
        else:
            turned = (state - before) % SIDES
            walk.actions[length] = CLOCKWISE if turned == 1 else COUNTERCLOCKWISE
            length += 1
        state = before
    return length


@lean_kernel
def forward_of(state, side):
    """Row and column of the place that an agent in this state looks at."""
    cell, direction = state // SIDES, state % SIDES
    return cell // side + down(direction), cell % side + right(direction)


@lean_kernel
def met(board, agent, seen):
    """Whether this board, with the agent at this place, was met before; it is noted."""
    value = hash_of(board, agent, agent[ROW] * board.shape[1] + agent[COLUMN] + 1)
    slot = np.int64(value % np.uint64(seen.shape[0]))
    while seen[slot] != 0:
        if seen[slot] == value:
            return True
        slot = (slot + 1) % seen.shape[0]
    seen[slot] = value
    return False


@lean_kernel
def hash_of(board, agent, place):
    """A hash of a board, what the agent holds, and a place."""
    value = np.uint64(place) * np.uint64(1009) + np.uint64(agent[HELD])
    for row in range(board.shape[0]):
        for column in range(board.shape[1]):
            value = (value ^ np.uint64(board[row, column])) * np.uint64(0x100000001B3)
    return mix64(value)
