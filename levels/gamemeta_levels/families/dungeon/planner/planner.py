"""The planner of the dungeon: near-optimal returns and plans from full knowledge of a level.

It is called *held-karp-dodge*. It chooses targets (the right key, potions of fortune and haste, gold, chests
with their key, scrolls that lead on) by dynamic programming over sets of at most nine, and walks from one to
the next around what hurts and around the harmful monsters, whose patrols it foresees. It keeps the best of a
few such plans and of the plain way, each played in the rules. It is not optimal: distances between targets
ignore monsters, healing is never sought, and a level's tenth target is left lying.
"""

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.families.dungeon.planner import plan_kernels as kernels
from gamemeta_levels.families.dungeon.rules.constants import STEPS_PER_CLOCK, STEPS_PER_TILE
from gamemeta_levels.families.dungeon.rules.world import Layout, single_world
from gamemeta_levels.family import LevelArrays


def default_limit(arrays: LevelArrays, steps_per_tile: float = STEPS_PER_TILE) -> NDArray[np.int32]:
    """Limit of each level's clock [N], steps; never below the shortest way out."""
    return limit_of(arrays.size, arrays.par_steps, steps_per_tile)


def limit_of(
    size: NDArray[np.int32], par_steps: NDArray[np.int32], steps_per_tile: float
) -> NDArray[np.int32]:
    """As `default_limit`, for levels of these sizes [R, 2] and shortest ways [R]."""
    limit = np.rint(steps_per_tile * size.prod(axis=1)).astype(np.int32)
    bounded: NDArray[np.int32] = np.maximum(limit, np.maximum(par_steps, 1))
    return bounded


def plan_return(arrays: LevelArrays, limit: NDArray[np.int32] | None = None) -> NDArray[np.float32]:
    """Return [N] of the planner's plan for each level.

    Args:
        arrays: dungeons, as `Dungeon` fills or packs them.
        limit: int32 [N], limit of each level's clock; `default_limit` if None.
    """
    returns = np.empty(len(arrays), np.float32)
    limits = default_limit(arrays) if limit is None else limit
    kernels.plan_all(layout_of(arrays), limits, arrays.distance, arrays.more["key_distance"], returns)
    return returns


def best_plan(arrays: LevelArrays, limit: NDArray[np.int32]) -> list[int]:
    """The planner's actions for the one level in `arrays`."""
    best = np.empty(STEPS_PER_CLOCK * int(limit[0]), np.int64)
    world = single_world(*arrays.tiles.shape[1:])
    count, _ = kernels.plan_one(
        layout_of(arrays), limit, arrays.distance, arrays.more["key_distance"], world, best
    )
    return [int(action) for action in best[:count]]


def layout_of(arrays: LevelArrays) -> Layout:
    """The arrays of dungeons as the kernels take them."""
    return Layout(arrays.tiles, arrays.size, arrays.spawn, arrays.goal, arrays.more["hidden"])
