"""Compiled players of the game `forage`: what a scripted partner does, and a plan that knows it."""

from gamemeta.games.forage_rules import (
    COLOURS,
    FAR_AWAY,
    FAR_WAY,
    LEAST_REST,
    LIFT,
    LIKING,
    LONG_WAY,
    MOST_TRIES,
    NO_LOAD,
    RESTS,
)
from gamemeta_levels.kernel import lean_kernel, uniform

STUMBLES = 100
"""Chance number from which on the draws lie that decide whether a partner takes two tiles."""


@lean_kernel
def favourite_load(others, ways, home_row, home_column, gone):
    """The load that a partner of this style goes for next: the one it likes most of those left, of equal ones
    the first; `NO_LOAD` where nothing is left.

    Args:
        others: style and skill in thousandths.
        ways: uint8 [5, H, W], steps to each load and home.
        home_row, home_column: home on the padded map.
        gone: bits of the loads that are gone.
    """
    best, best_liking = NO_LOAD, -1e9
    for k in range(COLOURS):
        if gone >> k & 1:
            continue
        liking = LIKING * others[k] / 1000.0
        liking -= FAR_AWAY * others[4] / 1000.0 * ways[k, home_row, home_column] / LONG_WAY
        if liking > best_liking:
            best, best_liking = k, liking
    return best


@lean_kernel
def tries(others):
    """How often a partner of this style tries to lift a load."""
    return 1 + others[5] * MOST_TRIES // 1000


@lean_kernel
def rest(others):
    """Steps that a partner of this style rests at home."""
    return LEAST_REST + others[6] * RESTS // 1000


@lean_kernel
def strides(others, chance, step):
    """Whether a partner of this skill takes two tiles in this step."""
    return uniform(chance, STUMBLES + step) * 1000.0 < others[8]


@lean_kernel
def nearest_to_all(ways, at, pad, gone):
    """The load left that the last of all players reaches soonest; `NO_LOAD` where nothing is left."""
    best, best_steps = NO_LOAD, FAR_WAY + 1
    for k in range(COLOURS):
        steps = 0
        for p in range(at.shape[0] // 2):
            steps = max(steps, ways[k, at[2 * p] + pad, at[2 * p + 1] + pad])
        if not gone >> k & 1 and steps < best_steps:
            best, best_steps = k, steps
    return best


@lean_kernel
def step_towards(way, row, column, sideways):
    """The move that leads one step nearer; of two the vertical one, or with `sideways` the other.

    `row` and `column` are those of the padded map; without a nearer tile it is to lift.
    """
    for turn in range(4):
        move = (turn + 2) % 4 if sideways else turn
        if way[row + (move == 1) - (move == 0), column + (move == 3) - (move == 2)] < way[row, column]:
            return move
    return LIFT


@lean_kernel
def moves_towards(way, row, column):
    """Bit k is set when move k leads one step nearer; only that of lifting where nothing is nearer."""
    bits = 0
    for k in range(4):
        if way[row + (k == 1) - (k == 0), column + (k == 3) - (k == 2)] < way[row, column]:
            bits |= 1 << k
    return bits if bits else 1 << LIFT
