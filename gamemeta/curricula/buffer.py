"""Levels kept to be played again, each with its score and when it was last played."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.curricula.rows import copy_rows, load_rows, saved
from gamemeta.tensor_file import alike
from gamemeta_levels.errors import LevelError
from gamemeta_levels.family import LevelArrays, LevelFamily

LEVELS = "levels."


class LevelBuffer:
    """Room for a number of levels, no two with the same content.

    Args:
        family: what the levels are of.
        size: how many there is room for.
    """

    def __init__(self, family: LevelFamily, size: int) -> None:
        self.family, self.size = family, size
        self.count = 0
        self.levels: LevelArrays = family.arrays(size)
        self._score, self._last = np.zeros(size), np.zeros(size, np.int64)
        self._slots: dict[int, int] = {}

    @property
    def score(self) -> NDArray[np.float64]:
        """[count]."""
        return self._score[: self.count]

    @property
    def last(self) -> NDArray[np.int64]:
        """[count], number of the scored trial in which each level was last played."""
        return self._last[: self.count]

    def find(self, content_hash: int) -> int | None:
        """The slot of the level with this content."""
        return self._slots.get(content_hash)

    def rescore(self, slot: int, score: float, now: int) -> None:
        """The level was played again."""
        self._score[slot], self._last[slot] = score, now

    def put(self, slot: int, levels: LevelArrays, row: int, score: float, now: int) -> None:
        """Keep a level in this slot, in place of the one that is there; slot `count` is the next free one."""
        if slot < self.count:
            del self._slots[int(self.levels.content_hash[slot])]
        else:
            self.count = slot + 1
        copy_rows(self.levels, np.array([slot]), levels, np.array([row]))
        self._slots[int(levels.content_hash[row])] = slot
        self.rescore(slot, score, now)

    def state(self) -> dict[str, NDArray[Any]]:
        """Everything needed to go on, as arrays."""
        kept = self.levels.take(slice(0, self.count))
        return {"score": self.score.copy(), "last": self.last.copy(), **saved(kept, LEVELS)}

    def load_state(self, state: dict[str, NDArray[Any]]) -> None:
        """Go on from what `state` gave.

        Raises:
            KeyError, ValueError: arrays that are missing or do not fit.
            LevelError: a level that is malformed or not of the training split.
        """
        count = len(state["score"])
        if count > self.size or {state["score"].shape, state["last"].shape} != {(count,)}:
            raise ValueError(f"a buffer of {count} levels does not fit into {self.size}")
        for name, array in (("score", self._score), ("last", self._last)):
            alike(state, name, array[:count])
        if not np.isfinite(state["score"]).all() or (state["last"] < 0).any():
            raise ValueError("a score of the buffer is not finite, or was given before the first trial")
        load_rows(self.family, self.levels, state, LEVELS, count)
        hashes = self.levels.content_hash[:count]
        check_training(self.family, hashes)
        self.count = count
        self._score[:count], self._last[:count] = state["score"], state["last"]
        self._slots = {int(content): slot for slot, content in enumerate(hashes)}


def check_training(family: LevelFamily, content_hash: NDArray[np.uint64]) -> None:
    """Raises LevelError for a level that may not be trained on, where the family holds levels out."""
    if len(family.misplaced(content_hash, "train")):
        raise LevelError(f"a level of the family {family.name!r} to be trained on belongs to another split.")
