# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False, check-untyped-defs=False
"""Compiled scripted players of the game `tag`: which exit a runner chooses, and how players walk."""

from gamemeta.games.builtin.arena.walking_kernels import move_towards
from gamemeta.games.builtin.tag import rules as r
from gamemeta_levels.families.arena.styles import THOUSAND
from gamemeta_levels.kernel import lean_kernel


@lean_kernel
def favourite_exit(match, pad, guards):
    """The exit that the runner makes for now: the one it likes most, of equal ones the first."""
    style, at, ways = match.others, match.at, match.ways
    best, best_liking = 0, -1e9
    row, column = at[2 * guards] + pad, at[2 * guards + 1] + pad
    for k in range(r.COLOURS):
        nearest = r.FAR_WAY
        for g in range(guards):
            nearest = min(nearest, ways[k, at[2 * g] + pad, at[2 * g + 1] + pad])
        liking = r.LIKING * style[r.FIRST_EXIT_LIKING + k] / THOUSAND
        liking -= r.FAR_AWAY * style[r.DISTANCE_DISLIKE] / THOUSAND * ways[k, row, column] / r.LONG_WAY
        liking -= r.DANGER * style[r.GUARD_DISLIKE] / THOUSAND * max(0.0, 1.0 - nearest / r.NEAR_GUARD)
        if liking > best_liking:
            best, best_liking = k, liking
    return best


@lean_kernel
def leaves(style, step):
    """Whether a runner of this style leaves its den in this step, counted from 0."""
    return step >= r.OPENS + style[r.WAIT] * r.WAITS // THOUSAND


@lean_kernel
def guard_move(ways, row, column):
    """The move of a scripted guard: it walks to the exit next to it and stays there."""
    nearest = 0
    for k in range(1, r.COLOURS):
        if ways[k, row, column] < ways[nearest, row, column]:
            nearest = k
    return move_towards(ways[nearest], row, column, False)
