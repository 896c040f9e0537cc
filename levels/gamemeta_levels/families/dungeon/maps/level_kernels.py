# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False, check-untyped-defs=False
"""Compiled parts of the family `dungeon`: whole maps, hidden rules, levels within a split."""

import numpy as np

from gamemeta_levels.families.breadth_first_kernels import steps_from
from gamemeta_levels.families.dungeon.maps.map_kernels import (
    between,
    cut_niche,
    dig_cave,
    dig_rooms,
    other_colour,
    scatter,
    scatter_monsters,
)
from gamemeta_levels.families.dungeon.maps.ways_kernels import (
    CLEAN,
    WaySearch,
    find_careful_ways,
    find_door,
    find_ways,
    follow,
)
from gamemeta_levels.families.dungeon.rules import constants as r
from gamemeta_levels.families.dungeon.rules.kernels import begin
from gamemeta_levels.families.dungeon.rules.world import Layout, single_world
from gamemeta_levels.hash_kernels import finished, hash_of_tiles, name_bytes, split_code_of, with_numbers
from gamemeta_levels.kernel import below, combine, kernel, lean_kernel
from gamemeta_levels.tiles import CHEST, FLOOR, GOAL, GOLD, HAZARD, SPAWN

HEIGHT, WIDTH, ROOMS, GOLDS, POTIONS, SCROLLS, TRAPS, MONSTERS, VAULTS = range(9)
"""Rows of `ranges` int64 [9, 2], low and high."""
CAVES_PER_MILLE, EXIT_DISTANCE, SHUFFLED_MOVES = range(3)
"""Places in `settings` int64 [3]."""
TRIES = 10_000
"""Maps after which a seed is given up."""
RULE_TRIES = 100
"""Draws of rules for a map; one in ten hits the rarest split."""
_NEVER = 1_000_000
"""A clock's limit that is never reached."""

_THINGS = (
    *((key, 1, -1) for key in r.KEYS),
    (r.FIRST_POTION, r.POTION_COLOURS, POTIONS),
    (r.FIRST_SCROLL, r.SCROLL_COLOURS, SCROLLS),
    (GOLD, 1, GOLDS),
    (HAZARD, 1, TRAPS),
)
"""First tile and number of kinds of what is laid out, and the row of `ranges` with its count (-1: one)."""
_NAMES = tuple(name_bytes(name) for name in r.HIDDEN)


@lean_kernel
def shuffle(order, stream):
    """Make order [n] a random permutation of 0..n - 1 (Fisher and Yates 1938)."""
    for k in range(order.shape[0]):
        other = below(stream, k + 1)
        order[k] = order[other]
        order[other] = k


@lean_kernel
def draw_rules(rules, shuffled_moves, stream):
    """Draw the hidden rules [17], each as likely as any other."""
    for k in range(r.MONSTER_KINDS):
        rules[r.HARMLESS + k] = below(stream, 2)
    shuffle(rules[r.KEY_OPENS : r.MOVE_OF], stream)
    for k in range(4):
        rules[r.MOVE_OF + k] = k
    if shuffled_moves:
        shuffle(rules[r.MOVE_OF : r.EFFECT_OF_POTION], stream)
    shuffle(rules[r.EFFECT_OF_POTION : r.EFFECT_OF_SCROLL], stream)
    shuffle(rules[r.EFFECT_OF_SCROLL :], stream)


@lean_kernel
def content_of(tiles_hash, rules):
    """`Level.content_hash` of a level whose tiles have this hash and that has these rules int64 [17]."""
    value = with_numbers(tiles_hash, _NAMES[0], rules[r.HARMLESS : r.KEY_OPENS])
    value = with_numbers(value, _NAMES[1], rules[r.KEY_OPENS : r.MOVE_OF])
    value = with_numbers(value, _NAMES[2], rules[r.MOVE_OF : r.EFFECT_OF_POTION])
    value = with_numbers(value, _NAMES[3], rules[r.EFFECT_OF_POTION : r.EFFECT_OF_SCROLL])
    return finished(with_numbers(value, _NAMES[4], rules[r.EFFECT_OF_SCROLL :]))


@lean_kernel
def draw_map(ranges, settings, tiles, height, width, spawn, goal, distance, spare, queue, stream):
    """Draw rooms or a cave with everything in it; returns whether all found room."""
    if below(stream, 1000) < settings[CAVES_PER_MILLE]:
        if not dig_cave(tiles, height, width, stream, spare, distance, queue):
            return False
    else:
        dig_rooms(tiles, height, width, between(ranges[ROOMS, 0], ranges[ROOMS, 1], stream), stream)
    colour = below(stream, r.COLOURS)
    if not cut_niche(tiles, height, width, colour, GOAL, stream, goal):
        return False
    if not _put_spawn(tiles, height, width, settings[EXIT_DISTANCE], goal, spawn, distance, queue, stream):
        return False
    for _ in range(between(ranges[VAULTS, 0], ranges[VAULTS, 1], stream)):
        if not cut_niche(tiles, height, width, other_colour(colour, stream), CHEST, stream, queue[:2]):
            return False
    return _lay_things(ranges, tiles, height, width, spawn, stream)


@lean_kernel
def _put_spawn(tiles, height, width, least, goal, spawn, distance, queue, stream):
    """Put the spawn on random floor at least this many steps from the exit; returns whether there is some."""
    reached = steps_from(goal[0], goal[1], tiles, height, width, distance, queue)
    first = 0
    while first < reached:
        row, column = queue[first] >> 8, queue[first] & 255
        if distance[row, column] >= least and tiles[row, column] == FLOOR:
            break
        first += 1
    if first == reached:
        return False
    chosen = queue[first + below(stream, reached - first)]
    spawn[0], spawn[1] = chosen >> 8, chosen & 255
    tiles[spawn[0], spawn[1]] = SPAWN
    return True


@lean_kernel
def _lay_things(ranges, tiles, height, width, spawn, stream):
    for first, kinds, row in _THINGS:
        count = 1 if row < 0 else between(ranges[row, 0], ranges[row, 1], stream)
        if not scatter(tiles, height, width, first, kinds, count, stream):
            return False
    count = between(ranges[MONSTERS, 0], ranges[MONSTERS, 1], stream)
    return scatter_monsters(tiles, height, width, spawn, r.FIRST_MONSTER, r.MONSTER_KINDS, count, stream)


@kernel
def is_safe(levels, care, distance, key_distance, passable, queue, ends, actions, world):
    """Whether level 0 can be escaped under any rules: each key may be the right one, every monster harmful.

    The hidden rules of `levels`, a `Layout`, do not matter. The way that avoids what `care` says is walked
    each time, and the hero must live to reach the exit.
    """
    tiles, spawn, goal = levels.tiles[0], levels.spawn[0], levels.goal[0]
    height, width = levels.size[0, 0], levels.size[0, 1]
    rules = np.zeros((1, r.HIDDEN_SIZE), np.uint8)
    for k in range(4):
        rules[0, r.MOVE_OF + k] = k
    search = WaySearch(distance, key_distance, passable, queue, ends)
    harmful = Layout(levels.tiles, levels.size, levels.spawn, levels.goal, rules)
    colour = find_door(tiles, height, width, goal, ends[1])
    limit = np.full(1, _NEVER, np.int32)
    for right in range(r.COLOURS):
        for k in range(r.COLOURS):
            rules[0, r.KEY_OPENS + k] = (colour + k - right + r.COLOURS) % r.COLOURS
        way = find_ways(tiles, height, width, spawn, goal, rules[0], care, search)
        if way < 0:
            return False
        begin(0, 1, harmful, limit, world)
        follow(height, width, distance, key_distance, actions, world)
        if world.status[0, r.ENDED] != r.ESCAPED:
            return False
    return True


@kernel
def fill(
    ranges,
    settings,
    rows,
    seeds,
    split,
    tiles,
    size,
    spawn,
    goal,
    par_steps,
    distance,
    key_distance,
    hidden,
    seed,
    content,
):
    """Generate one level for each seed into its row; draw again until it lies in the split.

    Maps are drawn until one can be escaped under any rules, then rules until the level lies in the split, so
    that every draw of rules stays equally likely. Returns -1, or the index of a seed that found no level.
    """
    height, width = tiles.shape[1], tiles.shape[2]
    spare, passable = np.empty((height, width), np.uint8), np.empty((height, width), np.uint8)
    queue, actions = np.empty(height * width + 1, np.int32), np.empty(2 * height * width, np.int32)
    ends, stream = np.empty((2, 2), np.int32), np.empty(1, np.uint64)
    rules = np.empty(r.HIDDEN_SIZE, np.int64)
    world = single_world(height, width)
    for k in range(rows.shape[0]):
        i = rows[k]
        attempt, in_split = 0, False
        while not in_split:
            if attempt == TRIES:
                return k
            stream[0] = combine(np.uint64(seeds[k]), np.uint64(attempt))
            attempt += 1
            size[i, 0] = between(ranges[HEIGHT, 0], ranges[HEIGHT, 1], stream)
            size[i, 1] = between(ranges[WIDTH, 0], ranges[WIDTH, 1], stream)
            h, w = size[i, 0], size[i, 1]
            if not draw_map(
                ranges, settings, tiles[i], h, w, spawn[i], goal[i], distance[i], spare, queue, stream
            ):
                continue
            one = slice(i, i + 1)
            level = Layout(tiles[one], size[one], spawn[one], goal[one], hidden[one])
            if not is_safe(level, CLEAN, distance[i], key_distance[i], passable, queue, ends, actions, world):
                continue
            tiles_hash = hash_of_tiles(tiles[i], h, w)
            for _ in range(RULE_TRIES):
                draw_rules(rules, settings[SHUFFLED_MOVES], stream)
                content[i] = content_of(tiles_hash, rules)
                in_split = split < 0 or split_code_of(content[i]) == split
                if in_split:
                    break
        seed[i] = seeds[k]
        hidden[i, :] = rules
        search = WaySearch(distance[i], key_distance[i], passable, queue, ends)
        par_steps[i] = find_careful_ways(tiles[i], h, w, spawn[i], goal[i], hidden[i], search)
    return -1


@kernel
def measure(tiles, size, spawn, goal, hidden, par_steps, distance, key_distance):
    """Distances and the length of the way through key and door, -1 where there is none.

    The way takes care; where none can, it avoids traps and keys that do not fit.
    """
    passable = np.empty(tiles.shape[1:], np.uint8)
    queue, ends = np.empty(tiles.shape[1] * tiles.shape[2] + 1, np.int32), np.empty((2, 2), np.int32)
    for i in range(tiles.shape[0]):
        h, w = size[i, 0], size[i, 1]
        search = WaySearch(distance[i], key_distance[i], passable, queue, ends)
        par_steps[i] = find_careful_ways(tiles[i], h, w, spawn[i], goal[i], hidden[i], search)


@kernel
def redraw(rows, seed, shuffled_moves, tiles, size, hidden, content):
    """Draw the hidden rules of these rows anew, and their content hashes; row k by (seed, k)."""
    stream, rules = np.empty(1, np.uint64), np.empty(r.HIDDEN_SIZE, np.int64)
    for k in range(rows.shape[0]):
        i = rows[k]
        stream[0] = combine(np.uint64(seed), np.uint64(k))
        draw_rules(rules, shuffled_moves, stream)
        hidden[i, :] = rules
        content[i] = content_of(hash_of_tiles(tiles[i], size[i, 0], size[i, 1]), rules)
