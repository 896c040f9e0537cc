"""Large levels are judged by the first steps of an episode: see docs/decisions/0032-large-levels.md."""

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.family import LevelArrays

LARGE_TILES = 64 * 64
"""Height times width up to which episodes are always played to their end."""
LEAST_STEPS, MOST_STEPS = 2048, 4096
"""Steps that an episode on a larger level gets at least, where its limit is no lower, and at most."""
OVER_PAR = 1.25
"""Steps that it gets between these, as a multiple of those of the solver."""


def judged_steps(levels: LevelArrays, limit: NDArray[np.int32]) -> NDArray[np.int32]:
    """Steps [N] after which an episode is ended.

    Args:
        levels: N levels.
        limit: [N], steps after which the game ends it.
    """
    enough = np.clip(np.ceil(OVER_PAR * levels.par_steps), LEAST_STEPS, MOST_STEPS)
    large = levels.size.astype(np.int64).prod(1) > LARGE_TILES
    return np.where(large, np.minimum(limit, enough), limit).astype(np.int32)
