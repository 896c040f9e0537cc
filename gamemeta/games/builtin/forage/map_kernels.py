# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False, check-untyped-defs=False
"""Compiled parts of the game `forage` that lay a day out: its map, its loads, and who starts where."""

import numpy as np

from gamemeta.games.builtin.forage.rules import BLOCKED, COLOURS, FAR_WAY, FIRST_LOAD, HOME, OPEN
from gamemeta_levels.families.arena.kernels import SPAWNS
from gamemeta_levels.families.breadth_first_kernels import search_ways
from gamemeta_levels.kernel import below, combine, kernel, lean_kernel, uniform
from gamemeta_levels.tiles import EXIT_1, EXIT_4, LOAD, WALL

TURN, PAINT = 2, 3
"""Numbers of the draws from a day's chance: who starts where, and the colours of the loads."""


@lean_kernel
def shut_exits(tiles, height, width):
    """Turn exits into walls: nobody leaves."""
    for row in range(height):
        for column in range(width):
            if EXIT_1 <= tiles[row, column] <= EXIT_4:
                tiles[row, column] = WALL


@kernel
def put_loads(tiles, height, width, painted, chance, spots):
    """Places of the loads by colour: in reading order, or with `painted` in an order that chance decides."""
    colours, stream = np.arange(COLOURS), np.empty(1, np.uint64)
    stream[0] = combine(chance, np.uint64(PAINT))
    for k in range(COLOURS - 1):
        other = k + below(stream, COLOURS - k) if painted else k
        colours[k], colours[other] = colours[other], colours[k]
    placed = 0
    for row in range(height):
        for column in range(width):
            if tiles[row, column] == LOAD and placed < COLOURS:
                spots[2 * colours[placed]], spots[2 * colours[placed] + 1] = row, column
                placed += 1


@lean_kernel
def build(tiles, height, width, pad, spots, board):
    """Draw the board, what views show without players, around which all is blocked."""
    board[:, :] = BLOCKED
    for row in range(height):
        for column in range(width):
            if tiles[row, column] != WALL:
                board[row + pad, column + pad] = OPEN
    board[height // 2 + pad, width // 2 + pad] = HOME
    for k in range(COLOURS):
        board[spots[2 * k] + pad, spots[2 * k + 1] + pad] = FIRST_LOAD + k


@lean_kernel
def steps_to(board, row, column, way, queue):
    """Write the steps to a tile of the padded board into `way`, `FAR_WAY` where there is no way."""
    queue[0] = row * 256 + column
    search_ways(board, BLOCKED, board.shape[0], board.shape[1], FAR_WAY, way, queue, 1)


@lean_kernel
def put_players(chance, places, height, width, scripted, at):
    """Players on spawns that face one another, from one that chance decides; a scripted one at home."""
    first = int(uniform(chance, TURN) * SPAWNS)
    for p in range(at.shape[0] // 2):
        k = (first ^ (3 * (p & 1))) ^ (p >> 1)
        at[2 * p], at[2 * p + 1] = places[k, 0], places[k, 1]
    if scripted:
        at[2], at[3] = height // 2, width // 2
