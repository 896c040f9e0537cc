# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False, check-untyped-defs=False
"""Compiled parts of the game `forage`. All arrays belong to the caller."""

from gamemeta.games.builtin.arena.fresh_map_kernels import lay_out, room_for
from gamemeta.games.builtin.arena.offset_kernels import offset
from gamemeta.games.builtin.arena.walking_kernels import move_towards, moves_towards, strides
from gamemeta.games.builtin.forage.map_kernels import build, measure, put_loads, put_players, shut_exits
from gamemeta.games.builtin.forage.partner_kernels import favourite_load, nearest_to_all, rest, tries
from gamemeta.games.builtin.forage.rules import (
    ACTIONS,
    AIM,
    ALONE,
    BLOCKED,
    BROKEN,
    CLOCK_CODES,
    COLOURS,
    COUNT,
    GOING,
    GONE,
    GONE_OFFSET,
    HANDS,
    HOME_WAY,
    LAST,
    LIFT,
    LIFTED,
    LIFTING,
    LIMIT,
    NO_LOAD,
    NOTHING,
    OPEN,
    OVER,
    PLAYER_SEEN,
    RAISED,
    RESTING,
    RETURNING,
    STATE,
    STEP,
    TRIED,
)
from gamemeta_levels.kernel import kernel, lean_kernel


@kernel
def reset(mask, fresh, scripted, levels, limit, size, chance, others, spots, at, clock, pad, maps, alive):
    """Start a day of level i in game i where the mask holds, with `fresh` on the level's map arranged anew.
    `levels` are tiles, size, spots, distance, others and chance, `maps` board and ways."""
    board, ways = maps
    room = room_for(levels)
    drawn, places, queue, steps = room[:4]
    for i in range(mask.shape[0]):
        if not mask[i]:
            continue
        lay_out(i, fresh, levels, size, chance, others, room)
        height, width = size[i, 0], size[i, 1]
        put_players(chance[i], places, height, width, scripted, at[i])
        shut_exits(drawn, height, width)
        put_loads(drawn, height, width, fresh, chance[i], spots[i])
        build(drawn, height, width, pad, spots[i], board[i, 0])
        for k in range(COLOURS):
            measure(drawn, height, width, spots[i, 2 * k], spots[i, 2 * k + 1], pad, ways[i, k], steps, queue)
        measure(drawn, height, width, height // 2, width // 2, pad, ways[i, HOME_WAY], steps, queue)
        clock[i, :] = 0
        clock[i, LIMIT], clock[i, AIM], clock[i, LAST] = limit[i], NO_LOAD, NOTHING
        clock[i, STATE], clock[i, COUNT] = (RESTING, rest(others[i])) if scripted else (ALONE, 0)
        alive[i, :] = True


@lean_kernel
def step(
    actions,
    outings,
    size,
    others,
    chance,
    at,
    clock,
    spots,
    pad,
    board,
    ways,
    reward,
    terminated,
    truncated,
    success,
    alive,
):
    """Play a step of every day: the seats, then the partner; `outings` is 0 where there is none. Returns the
    first bad game, or -1."""
    for i in range(actions.shape[0]):
        for seat in range(actions.shape[1]):
            if actions[i, seat, 0] < 0 or actions[i, seat, 0] >= ACTIONS:
                return i
    wanted = outings if outings else COLOURS
    for i in range(actions.shape[0]):
        lifted = clock[i, LIFTED]
        if clock[i, STATE] != OVER:
            for seat in range(actions.shape[1]):
                walk(board[i, 0], pad, at[i], seat, actions[i, seat, 0])
            if clock[i, STATE] == ALONE:
                lift_together(actions[i], at[i], clock[i], spots[i], pad, board[i, 0])
            else:
                partner(
                    actions[i],
                    outings,
                    others[i],
                    chance[i],
                    size[i],
                    at[i],
                    clock[i],
                    spots[i],
                    pad,
                    board[i, 0],
                    ways[i],
                )
            clock[i, STEP] += 1
            if clock[i, STEP] == clock[i, LIMIT]:
                clock[i, STATE] = OVER
        over = clock[i, STATE] == OVER
        reward[i, :] = (clock[i, LIFTED] - lifted) / wanted
        terminated[i, :], truncated[i, :], alive[i, :] = over, False, not over
        success[i, :] = over and clock[i, LIFTED] == wanted
    return -1


@lean_kernel
def walk(board, pad, at, player, move):
    """Move a player one tile unless a wall is there."""
    row = at[2 * player] + (move == 1) - (move == 0)
    column = at[2 * player + 1] + (move == 3) - (move == 2)
    if board[row + pad, column + pad] != BLOCKED:
        at[2 * player], at[2 * player + 1] = row, column


@lean_kernel
def lift_together(actions, at, clock, spots, pad, board):
    """Raise every load at which enough seats lift; the day ends with the last."""
    for k in range(COLOURS):
        if not clock[GONE] >> k & 1 and hands(actions, at, spots, k) >= HANDS:
            take_away(k, True, clock, spots, pad, board)
    if clock[LIFTED] == COLOURS:
        clock[STATE] = OVER


@lean_kernel
def hands(actions, at, spots, k):
    """How many seats lift at load k."""
    count = 0
    for seat in range(actions.shape[0]):
        there = at[2 * seat] == spots[2 * k] and at[2 * seat + 1] == spots[2 * k + 1]
        count += there and actions[seat, 0] == LIFT
    return count


@lean_kernel
def take_away(k, raised, clock, spots, pad, board):
    """Load k is raised, or falls apart."""
    clock[GONE] |= 1 << k
    clock[LIFTED] += raised
    clock[LAST] = (RAISED if raised else BROKEN) + k
    board[spots[2 * k] + pad, spots[2 * k + 1] + pad] = OPEN


@lean_kernel
def partner(actions, outings, others, chance, size, at, clock, spots, pad, board, ways):
    """A step of the scripted partner."""
    if clock[STATE] == RESTING:
        clock[COUNT] -= 1
        if clock[COUNT] == 0:
            clock[AIM] = favourite_load(others, ways, size[0] // 2 + pad, size[1] // 2 + pad, clock[GONE])
            clock[TRIED] += 1
            clock[STATE] = GOING
    elif clock[STATE] == GOING:
        if walk_along(ways[clock[AIM]], others, chance, at, clock, pad, board):
            clock[STATE], clock[COUNT] = LIFTING, tries(others)
    elif clock[STATE] == LIFTING:
        clock[COUNT] -= 1
        raised = hands(actions, at, spots, clock[AIM]) + 1 >= HANDS
        if raised or clock[COUNT] == 0:
            take_away(clock[AIM], raised, clock, spots, pad, board)
            clock[STATE], clock[AIM] = RETURNING, NO_LOAD
    elif walk_along(ways[HOME_WAY], others, chance, at, clock, pad, board):
        clock[STATE], clock[COUNT] = RESTING, rest(others)
        if clock[TRIED] == outings:
            clock[STATE] = OVER


@lean_kernel
def walk_along(way, others, chance, at, clock, pad, board):
    """Move the partner along a way; returns whether it has come to its end."""
    for _ in range(2 if strides(others, chance, clock[STEP]) else 1):
        row, column = at[2] + pad, at[3] + pad
        if way[row, column]:
            walk(board, pad, at, 1, move_towards(way, row, column, others[7] >= 500))
    return way[at[2] + pad, at[3] + pad] == 0


@lean_kernel
def observe(mask, at, clock, spots, pad, board, view, loads, players, time, outcome):
    """Write what every seat sees where the mask holds."""
    count, side = at.shape[1] // 2, 2 * pad + 1
    for i in range(mask.shape[0]):
        if not mask[i]:
            continue
        for seat in range(view.shape[1]):
            row, column = at[i, 2 * seat], at[i, 2 * seat + 1]
            for y in range(side):
                for x in range(side):
                    view[i, seat, y, x] = board[i, 0, row + y, column + x]
            for k in range(COLOURS):
                gone = clock[i, GONE] >> k & 1
                loads[i, seat, 2 * k] = GONE_OFFSET if gone else offset(spots[i, 2 * k] - row)
                loads[i, seat, 2 * k + 1] = GONE_OFFSET if gone else offset(spots[i, 2 * k + 1] - column)
            shown = 0
            for p in range(count):
                if p == seat:
                    continue
                down, right = at[i, 2 * p] - row, at[i, 2 * p + 1] - column
                players[i, seat, shown], players[i, seat, shown + 1] = offset(down), offset(right)
                shown += 2
                if abs(down) <= pad and abs(right) <= pad:
                    view[i, seat, down + pad, right + pad] = PLAYER_SEEN
            time[i, seat, 0] = min(clock[i, STEP], CLOCK_CODES - 1)
            outcome[i, seat, 0] = clock[i, LAST]


@lean_kernel
def label(mask, outings, size, others, at, clock, pad, ways, load_label, towards):
    """The load to lift next, and which moves bring a seat nearer to it, as bits; 0 where there is none.

    It is the one that the partner makes for, or would if it set out now. Where all play from outside, it is
    the one that the last of them reaches soonest."""
    for i in range(mask.shape[0]):
        if not mask[i]:
            continue
        aim = next_load(outings, size[i], others[i], at[i], clock[i], pad, ways[i])
        for seat in range(load_label.shape[1]):
            load_label[i, seat], towards[i, seat] = 0, 0
            if aim != NO_LOAD:
                load_label[i, seat] = 1 << aim
                row, column = at[i, 2 * seat] + pad, at[i, 2 * seat + 1] + pad
                towards[i, seat] = moves_towards(ways[i, aim], row, column)


@lean_kernel
def next_load(outings, size, others, at, clock, pad, ways):
    """The load to lift next, or `NO_LOAD`."""
    if clock[STATE] == OVER or clock[AIM] != NO_LOAD:
        return NO_LOAD if clock[STATE] == OVER else clock[AIM]
    if clock[STATE] == ALONE:
        return nearest_to_all(ways, at, pad, clock[GONE])
    if clock[TRIED] == outings:
        return NO_LOAD
    return favourite_load(others, ways, size[0] // 2 + pad, size[1] // 2 + pad, clock[GONE])
