"""The curriculum `plr`: prioritised level replay (Jiang et al. 2021, "Prioritized level replay").

A trial plays a level of the buffer with probability `replay_share`, else a new one, and is trained on either
way. Level l of the buffer is replayed with probability (1 - staleness) P_score + staleness P_stale, where
P_score ~ (1 / rank of its score) ** (1 / temperature) and P_stale ~ number of trials since it was played
(section 3 there). When the buffer is full, a new level takes the place of the one that is least likely to be
replayed, if it scores higher.

Everything is drawn from the buffer as the last `update` left it, so a trial does not depend on the others of
its iteration.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.curricula.buffer import LevelBuffer, check_training
from gamemeta.curricula.config import CurriculumConfig
from gamemeta.curricula.draws import level_seeds, units
from gamemeta.curricula.protocol import Played
from gamemeta.curricula.rows import copy_rows
from gamemeta.tensor_file import alike
from gamemeta_levels.family import LevelArrays, LevelFamily, fill_checked

CHOICE_DRAW, SLOT_DRAW = 1, 2
"""Numbers of what is drawn for a trial beside the seed of a new level."""


class PrioritisedReplay:
    """Levels on which there is much left to learn come back.

    Args:
        family: where levels come from.
        config: settings.
    """

    scored = True

    def __init__(self, family: LevelFamily, config: CurriculumConfig) -> None:
        self.family, self.config = family, config
        self.buffer = LevelBuffer(family, config.buffer)
        self.trials = 0
        """Scored so far."""
        self._cumulative = np.zeros(0)

    def draw(self, arrays: LevelArrays, rows: NDArray[np.int64], draws: NDArray[np.uint64]) -> None:
        choice = units(draws, CHOICE_DRAW)
        again = (choice < self.config.replay_share) & self.replays
        self._replay(arrays, rows[again], draws[again])
        self._others(arrays, rows[~again], draws[~again], choice[~again])
        check_training(self.family, arrays.content_hash[rows])

    @property
    def replays(self) -> bool:
        """Whether levels are replayed yet."""
        return self.buffer.count > 0 and self.trials >= self.config.warmup_trials

    def _replay(self, arrays: LevelArrays, rows: NDArray[np.int64], draws: NDArray[np.uint64]) -> None:
        if len(rows):
            copy_rows(arrays, rows, self.buffer.levels, self._slots(draws))

    def _others(
        self,
        arrays: LevelArrays,
        rows: NDArray[np.int64],
        draws: NDArray[np.uint64],
        choice: NDArray[np.float64],
    ) -> None:
        """Levels of the trials that replay none; `choice` [R] lies in [replay_share, 1)."""
        fill_checked(self.family, arrays, rows, level_seeds(draws), "train")

    def _slots(self, draws: NDArray[np.uint64]) -> NDArray[np.int64]:
        """A slot of the buffer for each draw, by the chances of the levels in it."""
        wanted = units(draws, SLOT_DRAW) * self._cumulative[-1]
        slots: NDArray[np.int64] = np.searchsorted(self._cumulative, wanted, side="right")
        slots[slots == len(self._cumulative)] -= 1  # a sum that was rounded down
        return slots

    def update(self, played: Played) -> None:
        known = [self.buffer.find(int(content)) for content in played.levels.content_hash]
        first, self.trials = self.trials + 1, self.trials + len(known)
        for k, slot in enumerate(known):
            if slot is not None:
                self.buffer.rescore(slot, float(played.score[k]), first + k)
        by_chance = np.argsort(self.chances(), kind="stable")
        replaced = 0
        for k, slot in enumerate(known):
            if slot is None:
                replaced += self._enter(played, k, first + k, by_chance[replaced : replaced + 1])
        self._cumulative = np.cumsum(self.chances())

    def _enter(self, played: Played, k: int, now: int, least: NDArray[np.int64]) -> bool:
        """Keep a level that was new when its trial began. Returns whether it took the place of another.

        Args:
            played, k: what was played, and which of it.
            now: number of the scored trial.
            least: the slot that is least likely to be replayed, [1], or [0] when all were replaced just now.
        """
        buffer, score = self.buffer, float(played.score[k])
        slot = buffer.find(int(played.levels.content_hash[k]))
        if slot is not None:
            buffer.rescore(slot, score, now)
            return False
        if buffer.count < buffer.size:
            buffer.put(buffer.count, played.levels, k, score, now)
            return False
        better = [int(slot) for slot in least if score > buffer.score[slot]]
        for slot in better:
            buffer.put(slot, played.levels, k, score, now)
        return bool(better)

    def chances(self) -> NDArray[np.float64]:
        """[count], how likely each level of the buffer is to be the one that is replayed."""
        c, count = self.config, self.buffer.count
        rank = np.empty(count)
        rank[np.argsort(-self.buffer.score, kind="stable")] = np.arange(1, count + 1)
        by_score = (1.0 / rank) ** (1.0 / c.temperature)
        age = (self.trials - self.buffer.last).astype(np.float64)
        by_age = age if age.any() else np.ones(count)
        return (1 - c.staleness) * _shares(by_score) + c.staleness * _shares(by_age)

    def report(self) -> dict[str, float]:
        score = self.buffer.score
        return {
            "curriculum_levels": float(self.buffer.count),
            "curriculum_score": float(score.mean()) if len(score) else 0.0,
        }

    def state(self) -> dict[str, NDArray[Any]]:
        return {"trials": np.array([self.trials]), **self.buffer.state()}

    def load_state(self, state: dict[str, NDArray[Any]]) -> None:
        self.buffer.load_state(state)
        self.trials = int(alike(state, "trials", np.array([0]))[0])
        if self.trials < self.buffer.last.max(initial=0):
            raise ValueError(f"a buffer with levels of later trials than the {self.trials} played")
        self._cumulative = np.cumsum(self.chances())


def _shares(weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """The weights with sum 1."""
    total = float(weight.sum())
    return weight / total if total else weight
