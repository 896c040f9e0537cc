# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False, check-untyped-defs=False
"""Compiled planner of the dungeon: several plans are played in the rules, and the best is kept."""

import numpy as np

from gamemeta_levels.families.breadth_first_kernels import steps_from
from gamemeta_levels.families.dungeon.maps.ways_kernels import WaySearch, find_careful_ways, follow
from gamemeta_levels.families.dungeon.planner.order_kernels import (
    MOST_TARGETS,
    choose_order,
    find_targets,
    measure_targets,
    order_all,
)
from gamemeta_levels.families.dungeon.planner.walk_kernels import LegSearch, foresee, walk_leg
from gamemeta_levels.families.dungeon.rules import constants as r
from gamemeta_levels.families.dungeon.rules.kernels import advance, begin
from gamemeta_levels.families.dungeon.rules.world import Layout, single_world
from gamemeta_levels.kernel import kernel, lean_kernel

LEG_BYTES = 32 * 1024**2
"""Most memory for the search of one way between monsters: beyond 76 x 76 tiles it bounds how long such a way
may be, and longer ones are walked as if there were no monsters."""
MOST_FORESEEN = 100_000
"""Steps for which it is foreseen where monsters will be."""
PRICES = (1.0, 1.5, 1000.0)
"""Each plan is chosen as if a step cost this many times what it does: the dearest fetches the key alone."""


@lean_kernel
def replay(actions, count, levels, limit, world):
    """Return of playing actions[:count] in level 0."""
    begin(0, 1, levels, limit, world)
    total = 0.0
    for t in range(count):
        total += advance(0, actions[t], 1, world)
    return total


@kernel
def walk_order(height, width, order, chosen, targets, fields, exit_field, passable, search, actions, world):
    """Fetch the targets in order and leave; returns how many actions that took, and the return."""
    count, total = 0, 0.0
    for k in range(chosen + 1):
        is_exit = k == chosen
        target = world.places[0, r.EXIT_AT :] if is_exit else targets[order[k]]
        field = exit_field if is_exit else fields[order[k]]
        count, reward = walk_leg(
            height,
            width,
            passable,
            field,
            target,
            is_exit,
            search,
            actions,
            count,
            world,
        )
        total += reward
        if world.status[0, r.ENDED] != r.RUNNING:
            break
    return count, total


@kernel
def plan_one(levels, limit, distance, key_distance, world, best):
    """Plan level 0 of `levels`, a `Layout`, into best [T]; returns how many actions, and the return.

    The plain way down `key_distance` and `distance` is one of the plans, so that none is worse.
    """
    tiles, spawn, goal, hidden = levels.tiles[0], levels.spawn[0], levels.goal[0], levels.hidden[0]
    height, width = levels.size[0, 0], levels.size[0, 1]
    begin(0, 1, levels, limit, world)
    count = follow(height, width, distance[0], key_distance[0], best, world)
    top = replay(best, count, levels, limit, world)
    passable, queue = np.empty((height, width), np.uint8), np.empty(height * width + 1, np.int32)
    targets, worth = np.zeros((MOST_TARGETS, 5), np.int32), np.zeros(MOST_TARGETS)
    fields, order = np.empty((MOST_TARGETS, height, width), np.uint16), np.empty(MOST_TARGETS, np.int64)
    exit_field, actions = np.empty((height, width), np.uint16), np.empty_like(best)
    ends = np.empty((2, 2), np.int32)
    longest = min(height * width, LEG_BYTES // (height * width))
    came = np.empty((longest + 2, height, width), np.int8)
    here = np.empty((2, height * width), np.int32)
    foreseen = min(best.shape[0], MOST_FORESEEN)
    patrols = np.empty((foreseen + 2, world.monsters.shape[1], 2), np.int16)
    legs = LegSearch(patrols, came, here, np.empty(height * width + 2, np.int64))
    price = r.CLOCK_PRICE / limit[0]
    begin(0, 1, levels, limit, world)
    foresee(world, patrols)
    search = WaySearch(exit_field, fields[0], passable, queue, ends)
    find_careful_ways(tiles, height, width, spawn, goal, hidden, search)  # for where ways lead: `passable`
    listed = find_targets(tiles, height, width, world.places, hidden, price, passable, targets, worth)
    measure_targets(height, width, passable, targets, listed, fields, queue)
    steps_from(goal[0], goal[1], passable, height, width, exit_field, queue)
    steps, before = (
        np.empty((1 << listed, listed), np.int64),
        np.empty((1 << listed, listed), np.int64),
    )
    to_exit = np.empty(listed, np.int64)
    order_all(height, width, spawn, targets, listed, fields, exit_field, steps, before, to_exit)
    for factor in PRICES:
        chosen = choose_order(factor * price, worth, listed, steps, before, to_exit, order)
        if chosen == 0:
            continue
        begin(0, 1, levels, limit, world)
        played, total = walk_order(
            height,
            width,
            order,
            chosen,
            targets,
            fields,
            exit_field,
            passable,
            legs,
            actions,
            world,
        )
        if total > top:
            top, count = total, played
            for t in range(played):
                best[t] = actions[t]
    return count, top


@kernel
def plan_all(levels, limit, distance, key_distance, returns):
    """Fill returns float32 [N] with what the plans earn."""
    tiles, size, spawn, goal, hidden = levels
    world = single_world(tiles.shape[1], tiles.shape[2])
    longest = 0
    for i in range(tiles.shape[0]):
        longest = max(longest, r.STEPS_PER_CLOCK * limit[i])
    best = np.empty(longest, np.int64)
    for i in range(tiles.shape[0]):
        one = slice(i, i + 1)
        _, returns[i] = plan_one(
            Layout(tiles[one], size[one], spawn[one], goal[one], hidden[one]),
            limit[one],
            distance[one],
            key_distance[one],
            world,
            best[: r.STEPS_PER_CLOCK * limit[i]],
        )
