# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False, check-untyped-defs=False
"""Compiled parts of the game `tag`. All arrays belong to the caller."""

from gamemeta.games.builtin.arena.fresh_map_kernels import lay_out, map_arrays
from gamemeta.games.builtin.arena.offset_kernels import offset
from gamemeta.games.builtin.arena.walking_kernels import move_towards, moves_towards, strides
from gamemeta.games.builtin.arena.world import ArenaLevels, ArenaWorld
from gamemeta.games.builtin.tag import rules as r
from gamemeta.games.builtin.tag.runner_kernels import favourite_exit, guard_move, leaves
from gamemeta_levels.families.arena.kernels import SPAWNS
from gamemeta_levels.families.arena.styles import HALF
from gamemeta_levels.families.breadth_first_kernels import search_ways
from gamemeta_levels.kernel import inlined_kernel, kernel, lean_kernel, uniform
from gamemeta_levels.tiles import EXIT_1, EXIT_4, GOAL, WALL

TURN = 2
"""Number of the draw from an episode's chance that decides who starts where."""


@kernel
def reset(mask, fresh, levels, limit, world, pad, alive):
    """Start a match of level i in game i where the mask holds. With `fresh` the level's map is arranged anew.

    `levels` are the fields of `ArenaLevels`, `world` those of `ArenaWorld`.
    """
    levels, world = ArenaLevels(*levels), ArenaWorld(*world)
    drawn, clock = map_arrays(levels), world.clock
    spots = drawn.spots
    for i in range(mask.shape[0]):
        if not mask[i]:
            continue
        lay_out(i, fresh, levels, world, drawn)
        world.spots[i] = spots.ravel()
        board, height, width = world.board[i, 0], world.size[i, 0], world.size[i, 1]
        build(drawn.tiles, height, width, pad, board)
        den = (height // 2 + pad, width // 2 + pad)
        for k in range(SPAWNS, SPAWNS + r.COLOURS):
            row, column = spots[k, 0] + pad, spots[k, 1] + pad
            steps_to(board, row, column, den, world.ways[i, k - SPAWNS], drawn.queue)
        put_players(world.chance[i], world.size[i], world.spots[i], world.at[i])
        clock[i, r.STEP], clock[i, r.LIMIT], clock[i, r.STATE] = 0, limit[i], r.RUNNING
        clock[i, r.WINNER], clock[i, r.AIM], clock[i, r.LEFT] = r.NOBODY, r.NO_EXIT, 0
        alive[i, :] = True


@lean_kernel
def build(tiles, height, width, pad, board):
    """Draw the board, what views show without players, around which all is blocked."""
    board[:, :] = r.BLOCKED
    for row in range(height):
        for column in range(width):
            tile = tiles[row, column]
            if EXIT_1 <= tile <= EXIT_4:
                board[row + pad, column + pad] = r.FIRST_EXIT + tile - EXIT_1
            elif tile == GOAL:
                board[row + pad, column + pad] = r.DEN
            elif tile != WALL:
                board[row + pad, column + pad] = r.OPEN


@lean_kernel
def steps_to(board, row, column, den, way, queue):
    """Write the steps to a tile of the padded board into `way`, `FAR_WAY` where there is no way.

    Ways begin in the den, a row and a column, but do not lead through it.
    """
    y, x = den
    board[y, x] = r.BLOCKED
    queue[0] = row * 256 + column
    search_ways(board, r.BLOCKED, board.shape[0], board.shape[1], r.FAR_WAY, way, queue, 1)
    board[y, x] = r.DEN
    beside = min(way[y - 1, x], way[y + 1, x], way[y, x - 1], way[y, x + 1])
    if beside < r.FAR_WAY:
        way[y, x] = min(beside + 1, r.FAR_WAY - 1)


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
def step(actions, scripted, world, pad, reward, terminated, truncated, success, alive):
    """Play a step of every match. Returns the first game with a bad action, or -1."""
    world = ArenaWorld(*world)
    for i in range(actions.shape[0]):
        for seat in range(actions.shape[1]):
            if actions[i, seat, 0] < 0 or actions[i, seat, 0] >= r.ACTIONS:
                return i
    guards = world.at.shape[1] // 2 - 1
    for i in range(actions.shape[0]):
        reward[i, :] = 0.0
        match = ArenaWorld(
            world.size[i],
            world.chance[i],
            world.others[i],
            world.spots[i],
            world.at[i],
            world.clock[i],
            world.board[i, 0],
            world.ways[i],
        )
        clock, pays = match.clock, True
        if clock[r.STATE] == r.RUNNING:
            play(actions[i], scripted, match, pad, guards)
            clock[r.STEP] += 1
            if clock[r.STATE] == r.DECIDED and clock[r.STEP] == clock[r.LIMIT]:
                clock[r.STATE] = r.OVER
            elif clock[r.STEP] == clock[r.LIMIT]:
                clock[r.STATE], clock[r.WINNER] = r.OVER, r.GUARDS
        elif clock[r.STATE] == r.DECIDED:
            clock[r.STEP] += 1
            clock[r.STATE] = r.OVER
        else:
            pays = False
        report(i, guards, clock, pays, reward, terminated, truncated, success, alive)
    return -1


@inlined_kernel
def play(actions, scripted, match, pad, guards):
    """Move the guards, then the runner."""
    clock, at, ways = match.clock, match.at, match.ways
    leave = clock[r.STEP] >= r.OPENS
    if scripted:
        leave = leaves(match.others, clock[r.STEP])
        if leave and clock[r.AIM] == r.NO_EXIT:
            clock[r.AIM] = favourite_exit(match, pad, guards)
    for g in range(guards):
        if g == 0 or not scripted:
            move = actions[g, 0]
        else:
            move = guard_move(ways, at[2 * g] + pad, at[2 * g + 1] + pad)
        walk(match.board, pad, at, g, move)
    if leave:
        run(actions, scripted, match, pad, guards)


@lean_kernel
def report(i, guards, clock, pays, reward, terminated, truncated, success, alive):
    """Write what came of a step of match i; the winners are paid in the step that ends it."""
    over = clock[r.STATE] == r.OVER
    for seat in range(reward.shape[1]):
        side = r.RUNNER if seat == guards else r.GUARDS
        won = over and clock[r.WINNER] == side
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
    if move == r.STAY or tile in (r.BLOCKED, r.DEN):
        return False
    at[2 * player], at[2 * player + 1] = row, column
    return True


@lean_kernel
def run(actions, scripted, match, pad, guards):
    """Move the runner up to two tiles, until it is caught or has reached an exit."""
    clock, at = match.clock, match.at
    sideways = match.others[r.SIDEWAYS] >= HALF
    tiles = 2 if not scripted or strides(match.others, match.chance, clock[r.STEP]) else 1
    if clock[r.LEFT] and caught(at, guards):
        clock[r.STATE], clock[r.WINNER] = r.DECIDED, r.GUARDS
        return
    for _ in range(tiles):
        if scripted:
            row, column = at[2 * guards] + pad, at[2 * guards + 1] + pad
            move = move_towards(match.ways[clock[r.AIM]], row, column, sideways)
        else:
            move = actions[guards, 0]
        if not walk(match.board, pad, at, guards, move):
            return
        clock[r.LEFT] = 1
        tile = match.board[at[2 * guards] + pad, at[2 * guards + 1] + pad]
        on_exit = r.FIRST_EXIT <= tile < r.FIRST_EXIT + r.COLOURS
        if on_exit:
            clock[r.AIM] = tile - r.FIRST_EXIT
        if caught(at, guards) or on_exit:
            clock[r.STATE] = r.DECIDED
            clock[r.WINNER] = r.GUARDS if caught(at, guards) else r.RUNNER
            return


@lean_kernel
def caught(at, guards):
    """Whether a guard stands where the runner does."""
    for g in range(guards):
        if at[2 * g] == at[2 * guards] and at[2 * g + 1] == at[2 * guards + 1]:
            return True
    return False


@lean_kernel
def observe(mask, world, pad, view, exits, runner, time, outcome):
    """Write what every seat sees where the mask holds."""
    world = ArenaWorld(*world)
    at, clock, spots, board = world.at, world.clock, world.spots, world.board
    players, side = at.shape[1] // 2, 2 * pad + 1
    for i in range(mask.shape[0]):
        if not mask[i]:
            continue
        shown = 0
        if clock[i, r.STATE] != r.RUNNING:
            shown = clock[i, r.AIM] + 1 if clock[i, r.AIM] != r.NO_EXIT else r.COLOURS + 1
        for seat in range(view.shape[1]):
            row, column = at[i, 2 * seat], at[i, 2 * seat + 1]
            for y in range(side):
                for x in range(side):
                    view[i, seat, y, x] = board[i, 0, row + y, column + x]
            for p in range(players):
                y, x = at[i, 2 * p] - row + pad, at[i, 2 * p + 1] - column + pad
                if p != seat and 0 <= y < side and 0 <= x < side:
                    view[i, seat, y, x] = r.RUNNER_SEEN if p == players - 1 else r.GUARD_SEEN
            for k in range(r.COLOURS):
                exits[i, seat, 2 * k] = offset(spots[i, 2 * (SPAWNS + k)] - row)
                exits[i, seat, 2 * k + 1] = offset(spots[i, 2 * (SPAWNS + k) + 1] - column)
            runner[i, seat, 0] = offset(at[i, 2 * players - 2] - row)
            runner[i, seat, 1] = offset(at[i, 2 * players - 1] - column)
            time[i, seat, 0] = min(clock[i, r.STEP], r.CLOCK_CODES - 1)
            outcome[i, seat, 0] = shown


@lean_kernel
def label(mask, scripted, world, pad, exit_label, towards):
    """Write the exit that the runner makes for, or would if it left now, and the moves that bring a seat
    nearer to it, as bits.

    Both are 0 where that is not known: for a runner played from outside, and once a match is decided."""
    world = ArenaWorld(*world)
    at, clock = world.at, world.clock
    guards = at.shape[1] // 2 - 1
    for i in range(mask.shape[0]):
        if not mask[i]:
            continue
        aim = clock[i, r.AIM]
        if scripted and aim == r.NO_EXIT:
            match = ArenaWorld(
                world.size[i],
                world.chance[i],
                world.others[i],
                world.spots[i],
                at[i],
                clock[i],
                world.board[i, 0],
                world.ways[i],
            )
            aim = favourite_exit(match, pad, guards)
        for seat in range(exit_label.shape[1]):
            exit_label[i, seat], towards[i, seat] = 0, 0
            if aim != r.NO_EXIT and clock[i, r.STATE] == r.RUNNING:
                exit_label[i, seat] = 1 << aim
                row, column = at[i, 2 * seat] + pad, at[i, 2 * seat + 1] + pad
                towards[i, seat] = moves_towards(world.ways[i, aim], row, column)
