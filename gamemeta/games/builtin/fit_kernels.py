# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False, check-untyped-defs=False
"""Compiled proof that level arrays fit the kernels that read them, which check no bounds themselves."""

from gamemeta_levels.families.arena.kernels import SPAWNS
from gamemeta_levels.families.arena.parameters import LEAST_SIDE, MOST_SIDE
from gamemeta_levels.families.arena.styles import SKILL, THOUSAND
from gamemeta_levels.kernel import lean_kernel
from gamemeta_levels.tiles import EXIT_1, SPAWN

FITS, SHAPES = -1, -2


@lean_kernel
def first_unfit(mask, tiles, size, spawn, goal, distance, content, chance, most_tile):
    """The first level where the mask holds that does not fit: its size goes beyond its arrays, spawn or goal
    lie outside, or it has a tile above `most_tile`. `SHAPES` where arrays differ in length, else `FITS`."""
    n, height, width = tiles.shape
    pairs = size.shape[1] == 2 and spawn.shape[1] == 2 and goal.shape[1] == 2
    alike = size.shape[0] == n and spawn.shape[0] == n and goal.shape[0] == n and content.shape[0] == n
    if not pairs or not alike or mask.shape[0] != n or chance.shape[0] != n or distance.shape != tiles.shape:
        return SHAPES
    for i in range(n):
        if not mask[i]:
            continue
        h, w = size[i, 0], size[i, 1]
        if h < 1 or w < 1 or h > height or w > width:
            return i
        if not 0 <= spawn[i, 0] < h or not 0 <= spawn[i, 1] < w:
            return i
        if not 0 <= goal[i, 0] < h or not 0 <= goal[i, 1] < w:
            return i
        for row in range(h):
            for column in range(w):
                if tiles[i, row, column] > most_tile:
                    return i
    return FITS


@lean_kernel
def first_unfit_arena(mask, tiles, size, spots, others):
    """As `first_unfit`, for what arenas have besides: sides, places of the spawns and exits, styles."""
    if spots.shape[0] != tiles.shape[0] or others.shape[0] != tiles.shape[0]:
        return SHAPES
    if spots.shape[1] != 2 * SPAWNS or spots.shape[2] != 2 or others.shape[1] != SKILL + 1:
        return SHAPES
    for i in range(tiles.shape[0]):
        if not mask[i]:
            continue
        h, w = size[i, 0], size[i, 1]
        if min(h, w) < LEAST_SIDE or max(h, w) > MOST_SIDE or h % 2 == 0 or w % 2 == 0:
            return i
        if not _spots_fit(tiles[i], h, w, spots[i]):
            return i
        for k in range(SKILL + 1):
            if others[i, k] < 0 or others[i, k] > THOUSAND or (k < SKILL and others[i, k] == THOUSAND):
                return i
    return FITS


@lean_kernel
def _spots_fit(tiles, height, width, spots):
    """Whether there are a spawn and an exit at the places [8, 2] where they should be."""
    for k in range(2 * SPAWNS):
        row, column = spots[k, 0], spots[k, 1]
        if not 0 <= row < height or not 0 <= column < width:
            return False
        if tiles[row, column] != (SPAWN if k < SPAWNS else EXIT_1 + k - SPAWNS):
            return False
    return True
