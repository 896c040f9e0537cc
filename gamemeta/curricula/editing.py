"""The curriculum `accel`: replay whose levels are changed a little (Parker-Holder et al. 2022).

Beside replayed and new levels, a share of the trials plays an edited level: one of the buffer, drawn as
levels to replay are, after some changes by the family's mutation. It is trained on like any other, and enters
the buffer with the score of its own trial. Changes that lead out of the training split are drawn again.
"""

import numpy as np
from numpy.typing import NDArray

from gamemeta.curricula.draws import redraw
from gamemeta.curricula.replay import PrioritisedReplay
from gamemeta.curricula.rows import put_level
from gamemeta_levels.errors import LevelError
from gamemeta_levels.family import LevelArrays
from gamemeta_levels.kernel import combine
from gamemeta_levels.level import Level
from gamemeta_levels.split import MAX_SEED

EDIT_DRAW = 3
TRIES = 20
"""Edits that are drawn until one belongs to the training split; 4 of 5 do."""


class Accel(PrioritisedReplay):
    """Levels on which there is much left to learn come back, and so do small changes of them."""

    def _others(
        self,
        arrays: LevelArrays,
        rows: NDArray[np.int64],
        draws: NDArray[np.uint64],
        choice: NDArray[np.float64],
    ) -> None:
        edited = (choice < self.config.replay_share + self.config.edit_share) & self.replays
        super()._others(arrays, rows[~edited], draws[~edited], choice[~edited])
        self._replay(arrays, rows[edited], draws[edited])
        for row, seed in zip(rows[edited], redraw(draws[edited], EDIT_DRAW), strict=True):
            self._edit(arrays, int(row), seed)

    def _edit(self, arrays: LevelArrays, row: int, seed: np.uint64) -> None:
        """Change the level in this row; it stays as it is when no change is fit to be trained on."""
        level = self.family.unpack(arrays, row)
        for number in range(TRIES):
            try:
                changed = self._changed(level, np.uint64(combine(seed, np.uint64(number))))
                if not len(self.family.misplaced(np.array([changed.content_hash], np.uint64), "train")):
                    put_level(arrays, row, self.family.pack([changed]))
                    return
            except LevelError:  # nothing to change, no way through any more, or too large
                continue

    def _changed(self, level: Level, seed: np.uint64) -> Level:
        for number in range(self.config.edits):
            level = self.family.mutate(level, int(combine(seed, np.uint64(number))) & MAX_SEED)
        return level
