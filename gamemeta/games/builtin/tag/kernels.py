# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False, check-untyped-defs=False
"""Compiled parts of the game `tag`. All arrays belong to the caller."""

from gamemeta.games.builtin.arena.fresh_map_kernels import lay_out, room_for
from gamemeta.games.builtin.arena.offset_kernels import offset
from gamemeta.games.builtin.arena.walking_kernels import move_towards, moves_towards, strides
from gamemeta.games.builtin.tag.rules import (
    ACTIONS,
    AIM,
    BLOCKED,
    CLOCK_CODES,
    COLOURS,
    DECIDED,
    DEN,
    FAR_WAY,
    FIRST_EXIT,
    GUARD_SEEN,
    GUARDS,
    LEFT,
    LIMIT,
    NO_EXIT,
    NOBODY,
    OPEN,
    OPENS,
    OVER,
    RUNNER,
    RUNNER_SEEN,
    RUNNING,
    STATE,
    STAY,
    STEP,
    WINNER,
)
from gamemeta.games.builtin.tag.runner_kernels import favourite_exit, guard_move, leaves
from gamemeta_levels.families.arena.kernels import SPAWNS
from gamemeta_levels.kernel import kernel, lean_kernel, uniform
from gamemeta_levels.tiles import EXIT_1, EXIT_4, GOAL, WALL

TURN = 2
"""Number of the draw from an episode's chance that decides who starts where."""


@kernel
def reset(mask, fresh, levels, limit, size, chance, others, spots, at, clock, pad, board, ways, alive):
    """Start a match of level i in game i where the mask holds; `levels` are tiles, size, spots, distance,
    others and chance. With `fresh` the level's map is arranged anew for the match."""
    room = room_for(levels)
    drawn, places, queue = room[:3]
    for i in range(mask.shape[0]):
        if not mask[i]:
            continue
        lay_out(i, fresh, levels, size, chance, others, room)
        spots[i] = places.ravel()
        build(drawn, size[i, 0], size[i, 1], pad, board[i, 0])
        for k in range(COLOURS):
            spread_from(
                board[i, 0], places[SPAWNS + k, 0] + pad, places[SPAWNS + k, 1] + pad, ways[i, k], queue
            )
        put_players(chance[i], size[i], spots[i], at[i])
        clock[i, STEP], clock[i, LIMIT], clock[i, STATE] = 0, limit[i], RUNNING
        clock[i, WINNER], clock[i, AIM], clock[i, LEFT] = NOBODY, NO_EXIT, 0
        alive[i, :] = True


@lean_kernel
def build(tiles, height, width, pad, board):
    """Draw the board, what views show without players, around which all is blocked."""
    board[:, :] = BLOCKED
    for row in range(height):
        for column in range(width):
            tile = tiles[row, column]
            if EXIT_1 <= tile <= EXIT_4:
                board[row + pad, column + pad] = FIRST_EXIT + tile - EXIT_1
            elif tile == GOAL:
                board[row + pad, column + pad] = DEN
            elif tile != WALL:
                board[row + pad, column + pad] = OPEN


@lean_kernel
def spread_from(board, row, column, way, queue):
    """Steps to a tile of the padded board into `way`, `FAR_WAY` where there is no way. Ways begin in the den
    but do not lead through it."""
    way[:, :] = FAR_WAY
    way[row, column] = 0
    queue[0], head, tail = row * 256 + column, 0, 1
    while head < tail:
        r, c = queue[head] >> 8, queue[head] & 255
        head += 1
        for k in range(4):
            nr, nc = r + (k == 1) - (k == 0), c + (k == 3) - (k == 2)
            inside = 0 <= nr < board.shape[0] and 0 <= nc < board.shape[1]
            if inside and board[nr, nc] != BLOCKED and way[nr, nc] == FAR_WAY:
                way[nr, nc] = min(way[r, c] + 1, FAR_WAY - 1)
                if board[nr, nc] == DEN:
                    continue
                queue[tail] = nr * 256 + nc
                tail += 1


@lean_kernel
def put_players(chance, size, spots, at):
    """Guards on spawns that face one another, from one that chance decides; the runner, last, in its den."""
    players = at.shape[0] // 2
    first = int(uniform(chance, TURN) * SPAWNS)
    for p in range(players - 1):
        k = (first ^ (3 * (p & 1))) ^ (p >> 1)
        at[2 * p], at[2 * p + 1] = spots[2 * k], spots[2 * k + 1]
    at[2 * players - 2], at[2 * players - 1] = size[0] // 2, size[1] // 2


@lean_kernel
def step(
    actions,
    scripted,
    others,
    chance,
    at,
    clock,
    pad,
    board,
    ways,
    reward,
    terminated,
    truncated,
    success,
    alive,
):
    """Play a step of every match: the guards move, then the runner. Returns the first bad game, or -1."""
    for i in range(actions.shape[0]):
        for seat in range(actions.shape[1]):
            if actions[i, seat, 0] < 0 or actions[i, seat, 0] >= ACTIONS:
                return i
    guards = at.shape[1] // 2 - 1
    for i in range(actions.shape[0]):
        reward[i, :] = 0.0
        if clock[i, STATE] == RUNNING:
            now = clock[i, STEP]
            if scripted:
                leave = leaves(others[i], now)
                if leave and clock[i, AIM] == NO_EXIT:
                    clock[i, AIM] = favourite_exit(others[i], ways[i], pad, at[i], guards)
            else:
                leave = now >= OPENS
            for g in range(guards):
                if g == 0 or not scripted:
                    move = actions[i, g, 0]
                else:
                    move = guard_move(ways[i], at[i, 2 * g] + pad, at[i, 2 * g + 1] + pad)
                walk(board[i, 0], pad, at[i], g, move)
            if leave:
                run(
                    i,
                    actions,
                    scripted,
                    others[i],
                    chance[i],
                    at[i],
                    clock[i],
                    pad,
                    board[i, 0],
                    ways[i],
                    guards,
                )
            clock[i, STEP] += 1
            if clock[i, STATE] == DECIDED and clock[i, STEP] == clock[i, LIMIT]:
                clock[i, STATE] = OVER
            elif clock[i, STEP] == clock[i, LIMIT]:
                clock[i, STATE], clock[i, WINNER] = OVER, GUARDS
        elif clock[i, STATE] == DECIDED:
            clock[i, STEP] += 1
            clock[i, STATE] = OVER
        else:
            report(i, guards, clock[i], False, reward, terminated, truncated, success, alive)
            continue
        report(i, guards, clock[i], True, reward, terminated, truncated, success, alive)
    return -1


@lean_kernel
def report(i, guards, clock, pays, reward, terminated, truncated, success, alive):
    """Write what came of a step of match i; the winners are paid in the step that ends it."""
    over = clock[STATE] == OVER
    for seat in range(reward.shape[1]):
        side = RUNNER if seat == guards else GUARDS
        won = over and clock[WINNER] == side
        if won and pays:
            reward[i, seat] = 1.0
        terminated[i, seat], truncated[i, seat] = over, False
        success[i, seat], alive[i, seat] = won, not over


@lean_kernel
def walk(board, pad, at, player, move):
    """Move a player one tile unless a wall or the den is there. Returns whether it moved."""
    row = at[2 * player] + (move == 1) - (move == 0)
    column = at[2 * player + 1] + (move == 3) - (move == 2)
    tile = board[row + pad, column + pad]
    if move == STAY or tile in (BLOCKED, DEN):
        return False
    at[2 * player], at[2 * player + 1] = row, column
    return True


@lean_kernel
def run(i, actions, scripted, others, chance, at, clock, pad, board, ways, guards):
    """Move the runner up to two tiles, until it is caught or has reached an exit."""
    sideways = others[7] >= 500
    tiles = 2 if not scripted or strides(others, chance, clock[STEP]) else 1
    if clock[LEFT] and caught(at, guards):
        clock[STATE], clock[WINNER] = DECIDED, GUARDS
        return
    for _ in range(tiles):
        if scripted:
            row, column = at[2 * guards] + pad, at[2 * guards + 1] + pad
            move = move_towards(ways[clock[AIM]], row, column, sideways)
        else:
            move = actions[i, guards, 0]
        if not walk(board, pad, at, guards, move):
            return
        clock[LEFT] = 1
        tile = board[at[2 * guards] + pad, at[2 * guards + 1] + pad]
        on_exit = FIRST_EXIT <= tile < FIRST_EXIT + COLOURS
        if on_exit:
            clock[AIM] = tile - FIRST_EXIT
        if caught(at, guards) or on_exit:
            clock[STATE] = DECIDED
            clock[WINNER] = GUARDS if caught(at, guards) else RUNNER
            return


@lean_kernel
def caught(at, guards):
    """Whether a guard stands where the runner does."""
    for g in range(guards):
        if at[2 * g] == at[2 * guards] and at[2 * g + 1] == at[2 * guards + 1]:
            return True
    return False


@lean_kernel
def observe(mask, spots, at, clock, pad, board, view, exits, runner, time, outcome):
    """Write what every seat sees where the mask holds."""
    players, side = at.shape[1] // 2, 2 * pad + 1
    for i in range(mask.shape[0]):
        if not mask[i]:
            continue
        shown = 0
        if clock[i, STATE] != RUNNING:
            shown = clock[i, AIM] + 1 if clock[i, AIM] != NO_EXIT else COLOURS + 1
        for seat in range(view.shape[1]):
            row, column = at[i, 2 * seat], at[i, 2 * seat + 1]
            for y in range(side):
                for x in range(side):
                    view[i, seat, y, x] = board[i, 0, row + y, column + x]
            for p in range(players):
                y, x = at[i, 2 * p] - row + pad, at[i, 2 * p + 1] - column + pad
                if p != seat and 0 <= y < side and 0 <= x < side:
                    view[i, seat, y, x] = RUNNER_SEEN if p == players - 1 else GUARD_SEEN
            for k in range(COLOURS):
                exits[i, seat, 2 * k] = offset(spots[i, 2 * (SPAWNS + k)] - row)
                exits[i, seat, 2 * k + 1] = offset(spots[i, 2 * (SPAWNS + k) + 1] - column)
            runner[i, seat, 0] = offset(at[i, 2 * players - 2] - row)
            runner[i, seat, 1] = offset(at[i, 2 * players - 1] - column)
            time[i, seat, 0] = min(clock[i, STEP], CLOCK_CODES - 1)
            outcome[i, seat, 0] = shown


@lean_kernel
def label(mask, scripted, others, at, clock, pad, ways, exit_label, towards):
    """Where the runner goes, or would go if it left now, and which moves bring a seat nearer to that exit.

    Both are 0 where that is not known: for a runner played from outside, and once a match is decided."""
    guards = at.shape[1] // 2 - 1
    for i in range(mask.shape[0]):
        if not mask[i]:
            continue
        aim = clock[i, AIM]
        if scripted and aim == NO_EXIT:
            aim = favourite_exit(others[i], ways[i], pad, at[i], guards)
        for seat in range(exit_label.shape[1]):
            exit_label[i, seat], towards[i, seat] = 0, 0
            if aim != NO_EXIT and clock[i, STATE] == RUNNING:
                exit_label[i, seat] = 1 << aim
                row, column = at[i, 2 * seat] + pad, at[i, 2 * seat + 1] + pad
                towards[i, seat] = moves_towards(ways[i, aim], row, column)
