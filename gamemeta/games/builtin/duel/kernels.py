# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False, check-untyped-defs=False
"""Compiled parts of the game `duel`. All arrays belong to the caller."""

import numpy as np

from gamemeta.games.builtin.arena.fresh_map_kernels import lay_out, room_for
from gamemeta.games.builtin.arena.offset_kernels import offset
from gamemeta.games.builtin.duel.bot_kernels import (
    aims_at,
    approach,
    decide,
    down_of,
    hits,
    right_of,
    to_pick_up,
)
from gamemeta.games.builtin.duel.rules import (
    ACTIONS,
    AHEAD,
    AIMS,
    ALONG,
    AMMUNITION_LEFT,
    BLOCKED,
    CLOCK_CODES,
    DECIDED,
    DID,
    DOWN,
    DRAW,
    END,
    FACING,
    FAR_WAY,
    FIRST_WON,
    FLIGHT,
    FLYING,
    FROM_COLUMN,
    FROM_ROW,
    GEAR,
    I_AIM,
    IN_COVER,
    IT_AIMS,
    IT_SHOT,
    LANDED,
    LAST_ACTION,
    LAST_AIM,
    LEFT,
    LIMIT,
    MOST_SHOTS,
    NOTHING_YET,
    NOWHERE,
    OPEN,
    OPEN_END,
    OTHER,
    OVER,
    OWN_TRAP,
    PICK_UP,
    PLAYERS,
    RIGHT,
    RUNNING,
    SECOND_WON,
    SHOOT,
    SHOTS,
    STATE,
    STAY,
    STEP,
    TRAP,
    TRAPS_LEFT,
    UP,
)
from gamemeta_levels.families.arena.kernels import SPAWNS
from gamemeta_levels.kernel import kernel, lean_kernel, uniform
from gamemeta_levels.tiles import AMMUNITION, COVER, EXIT_1, EXIT_4, WALL

TURN = 2
"""Number of the draw from an episode's chance that decides who starts where."""


@kernel
def reset(mask, fresh, levels, limit, size, chance, others, spots, world, pad, board, ways, alive):
    """Start a match of level i in game i where the mask holds.

    Args:
        fresh: whether the level's map is arranged anew for the match.
        levels: tiles, size, spots, distance, others and chance.
        world: at, gear, traps, did, flight and clock, as `duel_rules` describes them.
    """
    at, gear, traps, did, flight, clock = world
    room = room_for(levels)
    drawn, places, queue = room[:3]
    for i in range(mask.shape[0]):
        if not mask[i]:
            continue
        lay_out(i, fresh, levels, size, chance, others, room)
        spots[i] = places.ravel()
        build(drawn, size[i, 0], size[i, 1], pad, board[i, 0])
        spread_from_pick_ups(board[i, 0], ways[i, 0], queue)
        put_players(chance[i], size[i], spots[i], at[i], gear[i])
        traps[i, :], flight[i, :] = NOWHERE, 0
        for player in range(PLAYERS):
            own = DID * player
            did[i, own + LAST_ACTION], did[i, own + LAST_AIM], did[i, own + LANDED] = NOTHING_YET, AHEAD, 0
        clock[i, STEP], clock[i, LIMIT], clock[i, STATE], clock[i, END] = 0, limit[i], RUNNING, OPEN_END
        alive[i, :] = True


@lean_kernel
def build(tiles, height, width, pad, board):
    """Draw the board, what views show without players, around which all is blocked; exits are walls."""
    board[:, :] = BLOCKED
    for row in range(height):
        for column in range(width):
            tile = tiles[row, column]
            if tile == COVER:
                board[row + pad, column + pad] = IN_COVER
            elif tile == AMMUNITION:
                board[row + pad, column + pad] = PICK_UP
            elif tile != WALL and not EXIT_1 <= tile <= EXIT_4:
                board[row + pad, column + pad] = OPEN


@lean_kernel
def spread_from_pick_ups(board, way, queue):
    """Steps to the nearest pick-up into `way`, `FAR_WAY` where there is none."""
    head, tail = 0, 0
    for row in range(board.shape[0]):
        for column in range(board.shape[1]):
            way[row, column] = FAR_WAY
            if board[row, column] == PICK_UP:
                way[row, column] = 0
                queue[tail] = row * 256 + column
                tail += 1
    while head < tail:
        row, column = queue[head] >> 8, queue[head] & 255
        head += 1
        for move in range(STAY):
            r, c = row + down_of(move), column + right_of(move)
            if board[r, c] != BLOCKED and way[r, c] == FAR_WAY:
                way[r, c] = min(way[row, column] + 1, FAR_WAY - 1)
                queue[tail] = r * 256 + c
                tail += 1


@lean_kernel
def put_players(chance, size, spots, at, gear):
    """Players on spawns that face one another, by chance, each looking towards the other's half."""
    first = int(uniform(chance, TURN) * SPAWNS)
    for player in range(PLAYERS):
        k = first if player == 0 else SPAWNS - 1 - first
        row, column = spots[2 * k], spots[2 * k + 1]
        at[2 * player], at[2 * player + 1] = row, column
        down, right = size[0] // 2 - row, size[1] // 2 - column
        side = LEFT if right < 0 else RIGHT
        if abs(down) >= abs(right):
            side = UP if down < 0 else DOWN
        own = GEAR * player
        gear[own + AMMUNITION_LEFT], gear[own + TRAPS_LEFT], gear[own + FACING] = SHOTS, 1, side


@lean_kernel
def step(
    actions,
    scripted,
    others,
    chance,
    world,
    pad,
    board,
    ways,
    queue,
    reward,
    terminated,
    truncated,
    success,
    alive,
):
    """Play a step of every match. Returns the first game with a bad action, or -1."""
    at, gear, traps, did, flight, clock = world
    for i in range(actions.shape[0]):
        for seat in range(actions.shape[1]):
            action, aim = actions[i, seat, 0], actions[i, seat, 1]
            if action < 0 or action >= ACTIONS or aim < 0 or aim >= AIMS:
                return i
    for i in range(actions.shape[0]):
        pays = clock[i, STATE] != OVER
        if clock[i, STATE] == RUNNING:
            for player in range(PLAYERS):
                own = did[i, DID * player : DID * player + 2]
                if player < actions.shape[1]:
                    own[LAST_ACTION], own[LAST_AIM] = actions[i, player, 0], actions[i, player, 1]
                else:
                    decide(
                        others[i],
                        chance[i],
                        clock[i, STEP],
                        at[i],
                        gear[i],
                        traps[i],
                        flight[i],
                        board[i, 0],
                        ways[i, 0],
                        pad,
                        player,
                        own,
                    )
            play(
                at[i],
                gear[i],
                traps[i],
                did[i],
                flight[i],
                clock[i],
                pad,
                board[i, 0],
                ways[i, 0],
                queue,
                scripted,
            )
            clock[i, STEP] += 1
            if clock[i, STEP] == clock[i, LIMIT]:
                clock[i, END] = DRAW if clock[i, STATE] == RUNNING else clock[i, END]
                clock[i, STATE] = OVER
        elif pays:
            clock[i, STEP] += 1
            clock[i, STATE] = OVER
        report(clock[i], pays, reward[i], terminated[i], truncated[i], success[i], alive[i])
    return -1


@lean_kernel
def play(at, gear, traps, did, flight, clock, pad, board, ways, queue, scripted):
    """What both do happens: they walk and are caught, shots land, and they use what they have."""
    walk(at, gear, did, pad, board)
    out_0 = at[0] == traps[2] and at[1] == traps[3]
    out_1 = at[2] == traps[0] and at[3] == traps[1]
    out_1 = lands(at, did, flight, pad, board, 0) or out_1
    out_0 = lands(at, did, flight, pad, board, 1) or out_0
    for player in range(PLAYERS):
        use(at, gear, traps, did, flight, player)
        row, column, own = at[2 * player] + pad, at[2 * player + 1] + pad, GEAR * player
        if board[row, column] == PICK_UP and gear[own + AMMUNITION_LEFT] < MOST_SHOTS:
            gear[own + AMMUNITION_LEFT] += 1
            board[row, column] = OPEN
            if scripted:
                spread_from_pick_ups(board, ways, queue)
    if out_0 or out_1:
        clock[STATE] = DECIDED
        clock[END] = DRAW if out_0 and out_1 else FIRST_WON if out_1 else SECOND_WON


@lean_kernel
def lands(at, did, flight, pad, board, player):
    """End the flight of this player's shot, if there is one; returns whether it hits the other."""
    own, other = FLIGHT * player, 2 - 2 * player
    did[DID * player + LANDED] = flight[own + FLYING]
    if flight[own + FLYING] == 0:
        return False
    aim = flight[own + FLYING] - 1
    flight[own + FLYING] = 0
    row, column, along = flight[own + FROM_ROW], flight[own + FROM_COLUMN], flight[own + ALONG]
    return hits(board, pad, row, column, along, aim, at[other], at[other + 1])


@lean_kernel
def use(at, gear, traps, did, flight, player):
    """Fire a shot or lay the trap, where that is what this player does and has."""
    own, row, column, action = GEAR * player, at[2 * player], at[2 * player + 1], did[DID * player]
    if action == SHOOT and gear[own + AMMUNITION_LEFT]:
        gear[own + AMMUNITION_LEFT] -= 1
        shot = FLIGHT * player
        flight[shot + FLYING] = 1 + did[DID * player + LAST_AIM]
        flight[shot + FROM_ROW], flight[shot + FROM_COLUMN] = row, column
        flight[shot + ALONG] = gear[own + FACING]
    elif action == TRAP and gear[own + TRAPS_LEFT]:
        gear[own + TRAPS_LEFT] = 0
        traps[2 * player], traps[2 * player + 1] = row, column


@lean_kernel
def walk(at, gear, did, pad, board):
    """Turn and move whoever walks, unless both want one tile or each the other's."""
    rows_0, columns_0 = wanted(at, gear, did, pad, board, 0)
    rows_1, columns_1 = wanted(at, gear, did, pad, board, 1)
    same = rows_0 == rows_1 and columns_0 == columns_1
    swap = rows_0 == at[2] and columns_0 == at[3] and rows_1 == at[0] and columns_1 == at[1]
    if not same and not swap:
        at[0], at[1], at[2], at[3] = rows_0, columns_0, rows_1, columns_1


@lean_kernel
def wanted(at, gear, did, pad, board, player):
    """Turn a player; returns row and column of the tile that it wants to be on."""
    move, row, column = did[DID * player], at[2 * player], at[2 * player + 1]
    if move >= STAY:
        return row, column
    gear[GEAR * player + FACING] = move
    if board[row + pad + down_of(move), column + pad + right_of(move)] == BLOCKED:
        return row, column
    return row + down_of(move), column + right_of(move)


@lean_kernel
def report(clock, pays, reward, terminated, truncated, success, alive):
    """Write what came of a step; a match pays in the step that ends it."""
    over, end = clock[STATE] == OVER, clock[END]
    for seat in range(reward.shape[0]):
        won = over and end == FIRST_WON + seat
        reward[seat] = 0.0
        if over and pays:
            reward[seat] = 1.0 if won else 0.5 if end == DRAW else 0.0
        terminated[seat], truncated[seat] = over, False
        success[seat], alive[seat] = won, not over


@lean_kernel
def observe(mask, world, pad, board, view, other, status, in_line, did_last, landed, time, outcome):
    """Write what every seat sees where the mask holds."""
    at, gear, traps, did, flight, clock = world
    side = 2 * pad + 1
    for i in range(mask.shape[0]):
        if not mask[i]:
            continue
        aims_0 = aims_at(board[i, 0], pad, at[i], gear[i], 0)
        aims_1 = aims_at(board[i, 0], pad, at[i], gear[i], 1)
        for seat in range(view.shape[1]):
            row, column = at[i, 2 * seat], at[i, 2 * seat + 1]
            rows, columns = at[i, 2 - 2 * seat] - row, at[i, 3 - 2 * seat] - column
            for y in range(side):
                for x in range(side):
                    view[i, seat, y, x] = board[i, 0, row + y, column + x]
            if traps[i, 2 * seat] != NOWHERE:
                put(view[i, seat], traps[i, 2 * seat] - row, traps[i, 2 * seat + 1] - column, pad, OWN_TRAP)
            put(view[i, seat], rows, columns, pad, OTHER)
            other[i, seat, 0], other[i, seat, 1] = offset(rows), offset(columns)
            own, its = GEAR * seat, GEAR * (1 - seat)
            status[i, seat, 0] = gear[i, own + AMMUNITION_LEFT]
            status[i, seat, 1] = gear[i, own + TRAPS_LEFT]
            status[i, seat, 2] = gear[i, own + FACING]
            status[i, seat, 3] = gear[i, its + FACING]
            status[i, seat, 4] = gear[i, its + AMMUNITION_LEFT]
            mine, its_aim = (aims_0, aims_1) if seat == 0 else (aims_1, aims_0)
            flies = flight[i, FLIGHT * (1 - seat) + FLYING] > 0
            in_line[i, seat, 0] = I_AIM * mine + IT_AIMS * its_aim + IT_SHOT * flies
            did_last[i, seat, 0] = did[i, DID * (1 - seat) + LAST_ACTION]
            landed[i, seat, 0] = did[i, DID * (1 - seat) + LANDED]
            time[i, seat, 0] = min(clock[i, STEP], CLOCK_CODES - 1)
            end = clock[i, END]
            if seat == 1 and end in (FIRST_WON, SECOND_WON):
                end = FIRST_WON + SECOND_WON - end
            outcome[i, seat, 0] = end


@lean_kernel
def put(view, rows, columns, pad, code):
    """Show something so many rows and columns away, where it lies in the view."""
    if abs(rows) <= pad and abs(columns) <= pad:
        view[rows + pad, columns + pad] = code


@lean_kernel
def label(mask, scripted, others, world, pad, board, ways, shoots, escapes, good):
    """What the other likes best when it shoots, and when it is shot at, and which actions are good now; 0
    where nobody knows, or the match is decided."""
    at, gear, traps, _, flight, clock = world
    for i in range(mask.shape[0]):
        if not mask[i]:
            continue
        known = scripted and clock[i, STATE] == RUNNING
        for seat in range(shoots.shape[1]):
            shoots[i, seat], escapes[i, seat], good[i, seat] = 0, 0, 0
            if known:
                shoots[i, seat] = 1 << np.argmax(others[i, :AIMS])
                escapes[i, seat] = 1 << np.argmax(others[i, AIMS : 2 * AIMS])
                good[i, seat] = good_actions(
                    at[i], gear[i], traps[i], flight[i], board[i, 0], ways[i, 0], pad, seat
                )


@lean_kernel
def good_actions(at, gear, traps, flight, board, ways, pad, player):
    """Bit k is set when action k is one that somebody would choose who sees where shots go: out of the way of
    a shot, else to shoot where that may hit, else nearer to a pick-up or to the other."""
    me, its = 2 * player, FLIGHT * (1 - player)
    if flight[its + FLYING]:
        bits = 0
        for move in range(STAY + 1):
            row, column = at[me] + down_of(move), at[me + 1] + right_of(move)
            if board[row + pad, column + pad] == BLOCKED:
                row, column = at[me], at[me + 1]
            from_row, from_column, along = (
                flight[its + FROM_ROW],
                flight[its + FROM_COLUMN],
                flight[its + ALONG],
            )
            if not hits(board, pad, from_row, from_column, along, flight[its + FLYING] - 1, row, column):
                bits |= 1 << move
        return bits if bits else 1 << STAY
    if aims_at(board, pad, at, gear, player):
        return 1 << SHOOT
    trap = traps[2 - me : 4 - me]
    if gear[GEAR * player + AMMUNITION_LEFT]:
        return 1 << approach(board, pad, at, trap, player)
    return 1 << to_pick_up(board, pad, ways, at, trap, player)
