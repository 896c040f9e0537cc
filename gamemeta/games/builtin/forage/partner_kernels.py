# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False, check-untyped-defs=False
"""Compiled scripted partners of the game `forage`, and a plan that knows their style."""

from gamemeta.games.builtin.forage import rules as r
from gamemeta_levels.families.arena.styles import THOUSAND
from gamemeta_levels.kernel import lean_kernel


@lean_kernel
def favourite_load(day, pad):
    """The load that the partner of this day goes for next: the one it likes most of those left, of equal ones
    the first; `NO_LOAD` where nothing is left."""
    style, home_row, home_column = day.others, day.size[0] // 2 + pad, day.size[1] // 2 + pad
    best, best_liking = r.NO_LOAD, -1e9
    for k in range(r.COLOURS):
        if day.clock[r.GONE] >> k & 1:
            continue
        far = style[r.DISTANCE_DISLIKE] / THOUSAND
        liking = r.LIKING * style[r.FIRST_LOAD_LIKING + k] / THOUSAND
        liking -= r.FAR_AWAY * far * day.ways[k, home_row, home_column] / r.LONG_WAY
        if liking > best_liking:
            best, best_liking = k, liking
    return best


@lean_kernel
def tries(style):
    """Times that a partner of this style tries to lift a load."""
    return 1 + style[r.PATIENCE] * r.MOST_TRIES // THOUSAND


@lean_kernel
def rest(style):
    """Steps that a partner of this style rests at home."""
    return r.LEAST_REST + style[r.REST] * r.RESTS // THOUSAND


@lean_kernel
def nearest_to_all(day, pad):
    """The load left that the last of all players reaches soonest; `NO_LOAD` where nothing is left."""
    at = day.at
    best, best_steps = r.NO_LOAD, r.FAR_WAY + 1
    for k in range(r.COLOURS):
        steps = 0
        for p in range(at.shape[0] // 2):
            steps = max(steps, day.ways[k, at[2 * p] + pad, at[2 * p + 1] + pad])
        if not day.clock[r.GONE] >> k & 1 and steps < best_steps:
            best, best_steps = k, steps
    return best
