# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False, check-untyped-defs=False
"""Compiled parts of the game `forage`. All arrays belong to the caller."""

from gamemeta.games.builtin.arena.fresh_map_kernels import lay_out, map_arrays
from gamemeta.games.builtin.arena.offset_kernels import offset
from gamemeta.games.builtin.arena.walking_kernels import move_towards, moves_towards, strides
from gamemeta.games.builtin.arena.world import ArenaLevels, ArenaWorld
from gamemeta.games.builtin.forage import rules as r
from gamemeta.games.builtin.forage.map_kernels import build, put_loads, put_players, shut_exits, steps_to
from gamemeta.games.builtin.forage.partner_kernels import favourite_load, nearest_to_all, rest, tries
from gamemeta_levels.families.arena.styles import HALF
from gamemeta_levels.kernel import kernel, lean_kernel


@kernel
def reset(mask, fresh, scripted, levels, limit, world, pad, alive):
    """Start a day of level i in game i where the mask holds. With `fresh` the level's map is arranged anew.

    `levels` are the fields of `ArenaLevels`, `world` those of `ArenaWorld`.
    """
    levels, world = ArenaLevels(*levels), ArenaWorld(*world)
    drawn, clock = map_arrays(levels), world.clock
    for i in range(mask.shape[0]):
        if not mask[i]:
            continue
        lay_out(i, fresh, levels, world, drawn)
        tiles, spots, ways, chance = drawn.tiles, world.spots[i], world.ways[i], world.chance[i]
        height, width = world.size[i, 0], world.size[i, 1]
        board = world.board[i, 0]
        put_players(chance, drawn.spots, height, width, scripted, world.at[i])
        shut_exits(tiles, height, width)
        put_loads(tiles, height, width, fresh, chance, spots)
        build(tiles, height, width, pad, spots, board)
        for k in range(r.COLOURS):
            steps_to(board, spots[2 * k] + pad, spots[2 * k + 1] + pad, ways[k], drawn.queue)
        steps_to(board, height // 2 + pad, width // 2 + pad, ways[r.HOME_WAY], drawn.queue)
        clock[i, :] = 0
        clock[i, r.LIMIT], clock[i, r.AIM], clock[i, r.LAST] = limit[i], r.NO_LOAD, r.NOTHING
        clock[i, r.STATE] = r.RESTING if scripted else r.ALONE
        clock[i, r.COUNT] = rest(world.others[i]) if scripted else 0
        alive[i, :] = True


@lean_kernel
def step(actions, outings, world, pad, reward, terminated, truncated, success, alive):
    """Play a step of every day: the seats, then the partner; `outings` is 0 where there is none. Returns the
    first game with a bad action, or -1."""
    world = ArenaWorld(*world)
    for i in range(actions.shape[0]):
        for seat in range(actions.shape[1]):
            if actions[i, seat, 0] < 0 or actions[i, seat, 0] >= r.ACTIONS:
                return i
    wanted = outings if outings else r.COLOURS
    for i in range(actions.shape[0]):
        day = ArenaWorld(
            world.size[i],
            world.chance[i],
            world.others[i],
            world.spots[i],
            world.at[i],
            world.clock[i],
            world.board[i, 0],
            world.ways[i],
        )
        clock = day.clock
        lifted = clock[r.LIFTED]
        if clock[r.STATE] != r.OVER:
            for seat in range(actions.shape[1]):
                walk(day.board, pad, day.at, seat, actions[i, seat, 0])
            if clock[r.STATE] == r.ALONE:
                lift_together(actions[i], day, pad)
            else:
                partner(actions[i], outings, day, pad)
            clock[r.STEP] += 1
            if clock[r.STEP] == clock[r.LIMIT]:
                clock[r.STATE] = r.OVER
        over = clock[r.STATE] == r.OVER
        reward[i, :] = (clock[r.LIFTED] - lifted) / wanted
        terminated[i, :], truncated[i, :], alive[i, :] = over, False, not over
        success[i, :] = over and clock[r.LIFTED] == wanted
    return -1


@lean_kernel
def walk(board, pad, at, player, move):
    """Move a player one tile unless a wall is there."""
    row = at[2 * player] + (move == 1) - (move == 0)
    column = at[2 * player + 1] + (move == 3) - (move == 2)
    if board[row + pad, column + pad] != r.BLOCKED:
        at[2 * player], at[2 * player + 1] = row, column


@lean_kernel
def lift_together(actions, day, pad):
    """Raise every load at which enough seats lift; the day ends with the last."""
    for k in range(r.COLOURS):
        if not day.clock[r.GONE] >> k & 1 and hands(actions, day.at, day.spots, k) >= r.HANDS:
            take_away(k, True, day, pad)
    if day.clock[r.LIFTED] == r.COLOURS:
        day.clock[r.STATE] = r.OVER


@lean_kernel
def hands(actions, at, spots, k):
    """Number of seats that lift at load k."""
    count = 0
    for seat in range(actions.shape[0]):
        there = at[2 * seat] == spots[2 * k] and at[2 * seat + 1] == spots[2 * k + 1]
        count += there and actions[seat, 0] == r.LIFT
    return count


@lean_kernel
def take_away(k, raised, day, pad):
    """Load k is raised, or falls apart."""
    clock, spots = day.clock, day.spots
    clock[r.GONE] |= 1 << k
    clock[r.LIFTED] += raised
    clock[r.LAST] = (r.RAISED if raised else r.BROKEN) + k
    day.board[spots[2 * k] + pad, spots[2 * k + 1] + pad] = r.OPEN


@lean_kernel
def partner(actions, outings, day, pad):
    """A step of the scripted partner."""
    clock, style = day.clock, day.others
    if clock[r.STATE] == r.RESTING:
        clock[r.COUNT] -= 1
        if clock[r.COUNT] == 0:
            clock[r.AIM] = favourite_load(day, pad)
            clock[r.TRIED] += 1
            clock[r.STATE] = r.GOING
    elif clock[r.STATE] == r.GOING:
        if walk_along(clock[r.AIM], day, pad):
            clock[r.STATE], clock[r.COUNT] = r.LIFTING, tries(style)
    elif clock[r.STATE] == r.LIFTING:
        clock[r.COUNT] -= 1
        raised = hands(actions, day.at, day.spots, clock[r.AIM]) + 1 >= r.HANDS
        if raised or clock[r.COUNT] == 0:
            take_away(clock[r.AIM], raised, day, pad)
            clock[r.STATE], clock[r.AIM] = r.RETURNING, r.NO_LOAD
    elif walk_along(r.HOME_WAY, day, pad):
        clock[r.STATE], clock[r.COUNT] = r.RESTING, rest(style)
        if clock[r.TRIED] == outings:
            clock[r.STATE] = r.OVER


@lean_kernel
def walk_along(k, day, pad):
    """Move the partner along way k; returns whether it has come to its end."""
    way, at, sideways = day.ways[k], day.at, day.others[r.SIDEWAYS] >= HALF
    for _ in range(2 if strides(day.others, day.chance, day.clock[r.STEP]) else 1):
        row, column = at[2] + pad, at[3] + pad
        if way[row, column]:
            walk(day.board, pad, at, 1, move_towards(way, row, column, sideways))
    return way[at[2] + pad, at[3] + pad] == 0


@lean_kernel
def observe(mask, world, pad, view, loads, players, time, outcome):
    """Write what every seat sees where the mask holds."""
    world = ArenaWorld(*world)
    at, clock, spots, board = world.at, world.clock, world.spots, world.board
    count, side = at.shape[1] // 2, 2 * pad + 1
    for i in range(mask.shape[0]):
        if not mask[i]:
            continue
        for seat in range(view.shape[1]):
            row, column = at[i, 2 * seat], at[i, 2 * seat + 1]
            for y in range(side):
                for x in range(side):
                    view[i, seat, y, x] = board[i, 0, row + y, column + x]
            for k in range(r.COLOURS):
                gone = clock[i, r.GONE] >> k & 1
                loads[i, seat, 2 * k] = r.GONE_OFFSET if gone else offset(spots[i, 2 * k] - row)
                loads[i, seat, 2 * k + 1] = r.GONE_OFFSET if gone else offset(spots[i, 2 * k + 1] - column)
            shown = 0
            for p in range(count):
                if p == seat:
                    continue
                down, right = at[i, 2 * p] - row, at[i, 2 * p + 1] - column
                players[i, seat, shown], players[i, seat, shown + 1] = offset(down), offset(right)
                shown += 2
                if abs(down) <= pad and abs(right) <= pad:
                    view[i, seat, down + pad, right + pad] = r.PLAYER_SEEN
            time[i, seat, 0] = min(clock[i, r.STEP], r.CLOCK_CODES - 1)
            outcome[i, seat, 0] = clock[i, r.LAST]


@lean_kernel
def label(mask, outings, world, pad, load_label, towards):
    """Write the load to lift next, and the moves that bring a seat nearer to it, as bits; 0 for none.

    It is the one that the partner makes for, or would if it set out now. Where all play from outside, it is
    the one that the last of them reaches soonest."""
    world = ArenaWorld(*world)
    for i in range(mask.shape[0]):
        if not mask[i]:
            continue
        day = ArenaWorld(
            world.size[i],
            world.chance[i],
            world.others[i],
            world.spots[i],
            world.at[i],
            world.clock[i],
            world.board[i, 0],
            world.ways[i],
        )
        aim = next_load(outings, day, pad)
        for seat in range(load_label.shape[1]):
            load_label[i, seat], towards[i, seat] = 0, 0
            if aim != r.NO_LOAD:
                load_label[i, seat] = 1 << aim
                row, column = day.at[2 * seat] + pad, day.at[2 * seat + 1] + pad
                towards[i, seat] = moves_towards(day.ways[aim], row, column)


@lean_kernel
def next_load(outings, day, pad):
    """The load to lift next, or `NO_LOAD`."""
    clock = day.clock
    if clock[r.STATE] == r.OVER or clock[r.AIM] != r.NO_LOAD:
        return r.NO_LOAD if clock[r.STATE] == r.OVER else clock[r.AIM]
    if clock[r.STATE] == r.ALONE:
        return nearest_to_all(day, pad)
    if clock[r.TRIED] == outings:
        return r.NO_LOAD
    return favourite_load(day, pad)
