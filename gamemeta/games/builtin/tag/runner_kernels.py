# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False, check-untyped-defs=False
"""Compiled scripted players of the game `tag`: which exit a runner chooses, and how players walk."""

from gamemeta.games.builtin.arena.walking_kernels import move_towards
from gamemeta.games.builtin.tag.rules import (
    COLOURS,
    DANGER,
    FAR_AWAY,
    FAR_WAY,
    LIKING,
    LONG_WAY,
    NEAR_GUARD,
    OPENS,
    WAITS,
)
from gamemeta_levels.kernel import lean_kernel


@lean_kernel
def favourite_exit(others, ways, pad, at, guards):
    """The exit that a runner of this style makes for now: the one it likes most, of equal ones the first.

    Args:
        others: style and skill in thousandths.
        ways: uint8 [4, H, W], steps to each exit.
        at: places [players, 2] of the guards, then the runner.
        guards: how many guards there are.
    """
    best, best_liking = 0, -1e9
    row, column = at[2 * guards] + pad, at[2 * guards + 1] + pad
    for k in range(COLOURS):
        nearest = FAR_WAY
        for g in range(guards):
            nearest = min(nearest, ways[k, at[2 * g] + pad, at[2 * g + 1] + pad])
        liking = LIKING * others[k] / 1000.0
        liking -= FAR_AWAY * others[4] / 1000.0 * ways[k, row, column] / LONG_WAY
        liking -= DANGER * others[5] / 1000.0 * max(0.0, 1.0 - nearest / NEAR_GUARD)
        if liking > best_liking:
            best, best_liking = k, liking
    return best


@lean_kernel
def leaves(others, step):
    """Whether a runner of this style leaves its den in this step, counted from 0."""
    return step >= OPENS + others[6] * WAITS // 1000


@lean_kernel
def guard_move(ways, row, column):
    """What a scripted guard does: it walks to the exit next to it and stays there."""
    nearest = 0
    for k in range(1, COLOURS):
        if ways[k, row, column] < ways[nearest, row, column]:
            nearest = k
    return move_towards(ways[nearest], row, column, False)
