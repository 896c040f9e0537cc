# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False, check-untyped-defs=False
"""Compiled observations and labels of the game `duel`. All arrays belong to the caller."""

import numpy as np

from gamemeta.games.builtin.arena.offset_kernels import offset
from gamemeta.games.builtin.duel import rules as r
from gamemeta.games.builtin.duel.bot_kernels import aims_at, approach, down_of, hits, right_of, to_pick_up
from gamemeta.games.builtin.duel.world import DuelWorld
from gamemeta_levels.kernel import lean_kernel


@lean_kernel
def observe(mask, world, pad, view, other, status, in_line, did_last, landed, time, outcome):
    """Write what every seat sees where the mask holds; `world` are the fields of `DuelWorld`."""
    world = DuelWorld(*world)
    side = 2 * pad + 1
    for i in range(mask.shape[0]):
        if not mask[i]:
            continue
        match = DuelWorld(
            world.size[i],
            world.chance[i],
            world.others[i],
            world.spots[i],
            world.at[i],
            world.clock[i],
            world.board[i, 0],
            world.ways[i],
            world.gear[i],
            world.traps[i],
            world.did[i],
            world.flight[i],
        )
        at, gear, did, clock = match.at, match.gear, match.did, match.clock
        aims_0, aims_1 = aims_at(match, pad, 0), aims_at(match, pad, 1)
        for seat in range(view.shape[1]):
            row, column = at[2 * seat], at[2 * seat + 1]
            rows, columns = at[2 - 2 * seat] - row, at[3 - 2 * seat] - column
            for y in range(side):
                for x in range(side):
                    view[i, seat, y, x] = match.board[row + y, column + x]
            trap_row, trap_column = match.traps[2 * seat], match.traps[2 * seat + 1]
            if trap_row != r.NOWHERE:
                put(view[i, seat], trap_row - row, trap_column - column, pad, r.TRAP_SEEN)
            put(view[i, seat], rows, columns, pad, r.OTHER)
            other[i, seat, 0], other[i, seat, 1] = offset(rows), offset(columns)
            first, its = r.GEAR * seat, r.GEAR * (1 - seat)
            status[i, seat, 0] = gear[first + r.AMMUNITION_LEFT]
            status[i, seat, 1] = gear[first + r.TRAPS_LEFT]
            status[i, seat, 2] = gear[first + r.FACING]
            status[i, seat, 3] = gear[its + r.FACING]
            status[i, seat, 4] = gear[its + r.AMMUNITION_LEFT]
            mine, its_aim = (aims_0, aims_1) if seat == 0 else (aims_1, aims_0)
            flies = match.flight[r.FLIGHT * (1 - seat) + r.FLYING] > 0
            in_line[i, seat, 0] = r.I_AIM * mine + r.IT_AIMS * its_aim + r.IT_SHOT * flies
            did_last[i, seat, 0] = did[r.DID * (1 - seat) + r.LAST_ACTION]
            landed[i, seat, 0] = did[r.DID * (1 - seat) + r.LANDED]
            time[i, seat, 0] = min(clock[r.STEP], r.CLOCK_CODES - 1)
            end = clock[r.END]
            if seat == 1 and end in (r.FIRST_WON, r.SECOND_WON):
                end = r.FIRST_WON + r.SECOND_WON - end
            outcome[i, seat, 0] = end


@lean_kernel
def put(view, rows, columns, pad, code):
    """Show something so many rows and columns away, where it lies in the view."""
    if abs(rows) <= pad and abs(columns) <= pad:
        view[rows + pad, columns + pad] = code


@lean_kernel
def label(mask, scripted, world, pad, shoots, escapes, good):
    """Write the other's favourite aim, its favourite escape, and the actions that are good now, as bits; 0
    where that is not known, or the match is decided."""
    world = DuelWorld(*world)
    for i in range(mask.shape[0]):
        if not mask[i]:
            continue
        style = world.others[i]
        match = DuelWorld(
            world.size[i],
            world.chance[i],
            world.others[i],
            world.spots[i],
            world.at[i],
            world.clock[i],
            world.board[i, 0],
            world.ways[i],
            world.gear[i],
            world.traps[i],
            world.did[i],
            world.flight[i],
        )
        for seat in range(shoots.shape[1]):
            shoots[i, seat], escapes[i, seat], good[i, seat] = 0, 0, 0
            if scripted and match.clock[r.STATE] == r.RUNNING:
                shoots[i, seat] = 1 << np.argmax(style[r.SHOT_LIKING : r.SHOT_LIKING + r.AIMS])
                escapes[i, seat] = 1 << np.argmax(style[r.ESCAPE_LIKING : r.ESCAPE_LIKING + r.AIMS])
                good[i, seat] = good_actions(match, pad, seat)


@lean_kernel
def good_actions(match, pad, player):
    """Bit k is set when action k is good for a player who knows where shots go: away from a shot, else
    to shoot where that may hit, else nearer to a pick-up or to the other."""
    at, flight = match.at, match.flight
    me, its = 2 * player, r.FLIGHT * (1 - player)
    if flight[its + r.FLYING]:
        bits = 0
        from_row, from_column = flight[its + r.FROM_ROW], flight[its + r.FROM_COLUMN]
        along, aim = flight[its + r.ALONG], flight[its + r.FLYING] - 1
        for move in range(r.STAY + 1):
            row, column = at[me] + down_of(move), at[me + 1] + right_of(move)
            if match.board[row + pad, column + pad] == r.BLOCKED:
                row, column = at[me], at[me + 1]
            if not hits(match.board, pad, from_row, from_column, along, aim, row, column):
                bits |= 1 << move
        return bits if bits else 1 << r.STAY
    if aims_at(match, pad, player):
        return 1 << r.SHOOT
    if match.gear[r.GEAR * player + r.AMMUNITION_LEFT]:
        return 1 << approach(match, pad, player)
    return 1 << to_pick_up(match, pad, player)
