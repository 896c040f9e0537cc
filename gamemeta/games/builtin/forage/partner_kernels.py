# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False, check-untyped-defs=False
"""Compiled players of the game `forage`: what a scripted partner does, and a plan that knows it."""

from gamemeta.games.builtin.forage.rules import (
    COLOURS,
    FAR_AWAY,
    FAR_WAY,
    LEAST_REST,
    LIKING,
    LONG_WAY,
    MOST_TRIES,
    NO_LOAD,
    RESTS,
)
from gamemeta_levels.kernel import lean_kernel


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
