# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False, check-untyped-defs=False
"""Compiled walking on arenas: which moves lead nearer, and whether a scripted player takes two tiles.

Ways are uint8 [H, W], steps to a place; rows and columns are those of the padded map.
"""

from gamemeta_levels.families.arena.styles import SKILL, THOUSAND
from gamemeta_levels.kernel import lean_kernel, uniform

STILL = 4
"""The action of a player that does not walk."""
STUMBLES = 100
"""Chance number from which on the draws lie that decide whether a scripted player takes two tiles."""


@lean_kernel
def strides(others, chance, step):
    """Whether a scripted player of this skill takes two tiles in this step."""
    return uniform(chance, STUMBLES + step) * THOUSAND < others[SKILL]


@lean_kernel
def move_towards(way, row, column, sideways):
    """The move that leads one step nearer; of two the vertical one, or with `sideways` the other.

    Without a nearer tile it is `STILL`.
    """
    for turn in range(4):
        move = (turn + 2) % 4 if sideways else turn
        if way[row + (move == 1) - (move == 0), column + (move == 3) - (move == 2)] < way[row, column]:
            return move
    return STILL


@lean_kernel
def moves_towards(way, row, column):
    """Bit k is set when move k leads one step nearer; only that of `STILL` where nothing is nearer."""
    bits = 0
    for k in range(4):
        if way[row + (k == 1) - (k == 0), column + (k == 3) - (k == 2)] < way[row, column]:
            bits |= 1 << k
    return bits if bits else 1 << STILL
