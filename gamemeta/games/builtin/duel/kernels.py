# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False, check-untyped-defs=False
"""Compiled rules of the game `duel`. All arrays belong to the caller.

Kernels that the game calls take the fields of `DuelWorld` as `world`.
"""

from gamemeta.games.builtin.arena.fresh_map_kernels import lay_out, map_arrays
from gamemeta.games.builtin.arena.world import ArenaLevels
from gamemeta.games.builtin.duel import rules as r
from gamemeta.games.builtin.duel.bot_kernels import decide, down_of, hits, right_of
from gamemeta.games.builtin.duel.world import DuelWorld
from gamemeta_levels.families.arena.kernels import SPAWNS
from gamemeta_levels.families.breadth_first_kernels import search_ways
from gamemeta_levels.kernel import kernel, lean_kernel, uniform
from gamemeta_levels.tiles import AMMUNITION, COVER, EXIT_1, EXIT_4, WALL

TURN = 2
"""Number of the draw from an episode's chance that decides who starts where."""


@kernel
def reset(mask, fresh, levels, limit, world, pad, alive):
    """Start a match of level i in game i where the mask holds. With `fresh` the level's map is arranged anew.

    `levels` are the fields of `ArenaLevels`.
    """
    levels, world = ArenaLevels(*levels), DuelWorld(*world)
    drawn, did, clock = map_arrays(levels), world.did, world.clock
    for i in range(mask.shape[0]):
        if not mask[i]:
            continue
        lay_out(i, fresh, levels, world, drawn)
        world.spots[i] = drawn.spots.ravel()
        build(drawn.tiles, world.size[i, 0], world.size[i, 1], pad, world.board[i, 0])
        steps_to_pick_ups(world.board[i, 0], world.ways[i, 0], drawn.queue)
        put_players(world.chance[i], world.size[i], world.spots[i], world.at[i], world.gear[i])
        world.traps[i, :], world.flight[i, :] = r.NOWHERE, 0
        for player in range(r.PLAYERS):
            first = r.DID * player
            did[i, first + r.LAST_ACTION], did[i, first + r.LAST_AIM] = r.NOTHING_YET, r.AHEAD
            did[i, first + r.LANDED] = 0
        clock[i, r.STEP], clock[i, r.LIMIT], clock[i, r.STATE], clock[i, r.END] = (
            0,
            limit[i],
            r.RUNNING,
            r.OPEN_END,
        )
        alive[i, :] = True


@lean_kernel
def build(tiles, height, width, pad, board):
    """Draw the board, what views show without players, around which all is blocked; exits are walls."""
    board[:, :] = r.BLOCKED
    for row in range(height):
        for column in range(width):
            tile = tiles[row, column]
            if tile == COVER:
                board[row + pad, column + pad] = r.IN_COVER
            elif tile == AMMUNITION:
                board[row + pad, column + pad] = r.PICK_UP
            elif tile != WALL and not EXIT_1 <= tile <= EXIT_4:
                board[row + pad, column + pad] = r.OPEN


@lean_kernel
def steps_to_pick_ups(board, way, queue):
    """Write the steps to the nearest pick-up into `way`, `FAR_WAY` where there is none."""
    height, width = board.shape
    starts = 0
    for row in range(height):
        for column in range(width):
            if board[row, column] == r.PICK_UP:
                queue[starts] = row * 256 + column
                starts += 1
    search_ways(board, r.BLOCKED, height, width, r.FAR_WAY, way, queue, starts)


@lean_kernel
def put_players(chance, size, spots, at, gear):
    """Players on spawns that face one another, by chance, each looking towards the other's half."""
    first = int(uniform(chance, TURN) * SPAWNS)
    for player in range(r.PLAYERS):
        k = first if player == 0 else SPAWNS - 1 - first
        row, column = spots[2 * k], spots[2 * k + 1]
        at[2 * player], at[2 * player + 1] = row, column
        down, right = size[0] // 2 - row, size[1] // 2 - column
        side = r.LEFT if right < 0 else r.RIGHT
        if abs(down) >= abs(right):
            side = r.UP if down < 0 else r.DOWN
        gear[r.GEAR * player + r.AMMUNITION_LEFT], gear[r.GEAR * player + r.TRAPS_LEFT] = r.SHOTS, 1
        gear[r.GEAR * player + r.FACING] = side


@lean_kernel
def step(actions, scripted, world, pad, queue, reward, terminated, truncated, success, alive):
    """Play a step of every match. Returns the first game with a bad action, or -1."""
    world = DuelWorld(*world)
    for i in range(actions.shape[0]):
        for seat in range(actions.shape[1]):
            action, aim = actions[i, seat, 0], actions[i, seat, 1]
            if action < 0 or action >= r.ACTIONS or aim < 0 or aim >= r.AIMS:
                return i
    for i in range(actions.shape[0]):
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
        clock = match.clock
        pays = clock[r.STATE] != r.OVER
        if clock[r.STATE] == r.RUNNING:
            for player in range(r.PLAYERS):
                if player < actions.shape[1]:
                    match.did[r.DID * player + r.LAST_ACTION] = actions[i, player, 0]
                    match.did[r.DID * player + r.LAST_AIM] = actions[i, player, 1]
                else:
                    decide(match, pad, player)
            play(match, pad, queue, scripted)
            clock[r.STEP] += 1
            if clock[r.STEP] == clock[r.LIMIT]:
                clock[r.END] = r.DRAW if clock[r.STATE] == r.RUNNING else clock[r.END]
                clock[r.STATE] = r.OVER
        elif pays:
            clock[r.STEP] += 1
            clock[r.STATE] = r.OVER
        report(clock, pays, reward[i], terminated[i], truncated[i], success[i], alive[i])
    return -1


@lean_kernel
def play(match, pad, queue, scripted):
    """Play the actions of both: they walk and are caught, shots land, and they use what they have."""
    at, traps, gear, board, clock = match.at, match.traps, match.gear, match.board, match.clock
    walk(match, pad)
    out_0 = at[0] == traps[2] and at[1] == traps[3]
    out_1 = at[2] == traps[0] and at[3] == traps[1]
    out_1 = lands(match, pad, 0) or out_1
    out_0 = lands(match, pad, 1) or out_0
    for player in range(r.PLAYERS):
        use(match, player)
        row, column = at[2 * player] + pad, at[2 * player + 1] + pad
        if board[row, column] == r.PICK_UP and gear[r.GEAR * player + r.AMMUNITION_LEFT] < r.MOST_SHOTS:
            gear[r.GEAR * player + r.AMMUNITION_LEFT] += 1
            board[row, column] = r.OPEN
            if scripted:
                steps_to_pick_ups(board, match.ways[0], queue)
    if out_0 or out_1:
        clock[r.STATE] = r.DECIDED
        clock[r.END] = r.DRAW if out_0 and out_1 else r.FIRST_WON if out_1 else r.SECOND_WON


@lean_kernel
def lands(match, pad, player):
    """End the flight of this player's shot, if there is one; returns whether it hits the other."""
    at, flight = match.at, match.flight
    first, other = r.FLIGHT * player, 2 - 2 * player
    match.did[r.DID * player + r.LANDED] = flight[first + r.FLYING]
    if flight[first + r.FLYING] == 0:
        return False
    aim = flight[first + r.FLYING] - 1
    flight[first + r.FLYING] = 0
    row, column, along = flight[first + r.FROM_ROW], flight[first + r.FROM_COLUMN], flight[first + r.ALONG]
    return hits(match.board, pad, row, column, along, aim, at[other], at[other + 1])


@lean_kernel
def use(match, player):
    """Fire a shot or lay the trap, where that is what this player does and has."""
    gear, flight, did = match.gear, match.flight, match.did
    first, row, column = r.GEAR * player, match.at[2 * player], match.at[2 * player + 1]
    action = did[r.DID * player + r.LAST_ACTION]
    if action == r.SHOOT and gear[first + r.AMMUNITION_LEFT]:
        gear[first + r.AMMUNITION_LEFT] -= 1
        shot = r.FLIGHT * player
        flight[shot + r.FLYING] = 1 + did[r.DID * player + r.LAST_AIM]
        flight[shot + r.FROM_ROW], flight[shot + r.FROM_COLUMN] = row, column
        flight[shot + r.ALONG] = gear[first + r.FACING]
    elif action == r.TRAP and gear[first + r.TRAPS_LEFT]:
        gear[first + r.TRAPS_LEFT] = 0
        match.traps[2 * player], match.traps[2 * player + 1] = row, column


@lean_kernel
def walk(match, pad):
    """Turn and move the players that walk, unless both want one tile or each the other's."""
    at = match.at
    rows_0, columns_0 = wanted(match, pad, 0)
    rows_1, columns_1 = wanted(match, pad, 1)
    same = rows_0 == rows_1 and columns_0 == columns_1
    swap = rows_0 == at[2] and columns_0 == at[3] and rows_1 == at[0] and columns_1 == at[1]
    if not same and not swap:
        at[0], at[1], at[2], at[3] = rows_0, columns_0, rows_1, columns_1


@lean_kernel
def wanted(match, pad, player):
    """Turn a player; returns row and column of the tile that it wants to be on."""
    move = match.did[r.DID * player + r.LAST_ACTION]
    row, column = match.at[2 * player], match.at[2 * player + 1]
    if move >= r.STAY:
        return row, column
    match.gear[r.GEAR * player + r.FACING] = move
    if match.board[row + pad + down_of(move), column + pad + right_of(move)] == r.BLOCKED:
        return row, column
    return row + down_of(move), column + right_of(move)


@lean_kernel
def report(clock, pays, reward, terminated, truncated, success, alive):
    """Write what came of a step; a match pays in the step that ends it."""
    over, end = clock[r.STATE] == r.OVER, clock[r.END]
    for seat in range(reward.shape[0]):
        won = over and end == r.FIRST_WON + seat
        reward[seat] = 0.0
        if over and pays:
            reward[seat] = 1.0 if won else 0.5 if end == r.DRAW else 0.0
        terminated[seat], truncated[seat] = over, False
        success[seat], alive[seat] = won, not over
