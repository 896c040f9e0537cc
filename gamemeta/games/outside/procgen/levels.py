"""The levels of a game of Procgen: one number each, 0 to 2,147,483,646."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Self

import numpy as np
from numpy.typing import NDArray

from gamemeta.errors import ConfigError, LevelError
from gamemeta.games.outside.seed_levels.family import SEED, SeedLevels
from gamemeta_levels.checks import check_rows
from gamemeta_levels.families.draws import Draws
from gamemeta_levels.family import FamilyAbout, LevelArrays
from gamemeta_levels.level import Level
from gamemeta_levels.split import ANY, SPLITS, split_code, split_of
from gamemeta_levels.tiles import FLOOR

MOST_LEVEL = 2**31 - 2
"""The last level of a game."""
PART = "part"
"""A number beside the level's own, the smallest that lets its content fall to the split it belongs to."""
ATTEMPTS = 64
"""Draws of a level before those of its split are counted."""
KEPT = 4096
"""Levels whose content is remembered."""
_NO_MAP = np.full((1, 1), FLOOR, np.uint8)


@dataclass(frozen=True, kw_only=True)
class ProcgenParameters:
    """Which levels are trained on."""

    levels: tuple[int, int] = (0, 199)
    """Numbers of the levels to train on; other even ones are for validation, odd ones for test. The
    literature uses 200 levels in easy mode, 500 in hard."""

    def __post_init__(self) -> None:
        low, high = self.levels
        if not 0 <= low <= high <= MOST_LEVEL:
            raise ConfigError(f"levels = {low}..{high}: give a range within 0..{MOST_LEVEL}, low end first.")


class ProcgenLevels(SeedLevels):
    """A family whose levels are Procgen's.

    Level 17 of `any` is Procgen's level 17; so is level 17 of the split that it belongs to. Other numbers of
    a split draw one of its levels. Where there is one level alone, and where all are for training, nothing
    is held out. The best play is unknown: plans are empty.

    Args:
        name: of the family.
        parameters: which levels are trained on.
        only: the only level there is.
    """

    Parameters = ProcgenParameters
    parameters: ProcgenParameters

    def __init__(
        self, name: str, parameters: ProcgenParameters | None = None, *, only: int | None = None
    ) -> None:
        super().__init__(name, parameters or ProcgenParameters())
        self.only = only
        self.hidden = {SEED: 1, PART: 1}
        self.about = FamilyAbout(held_out=only is None and self.parameters.levels != (0, MOST_LEVEL))
        self._content = lru_cache(KEPT)(self._searched_content)

    def arrays(self, n: int) -> LevelArrays:
        """Room for n levels, with what all of them have."""
        arrays = super().arrays(n)
        arrays.tiles[:], arrays.size[:] = FLOOR, 1
        for name in self.hidden:
            arrays.more[f"{name}_count"][:] = 1
        return arrays

    def fill(
        self, arrays: LevelArrays, rows: NDArray[np.int64], seeds: NDArray[np.int64], split: str
    ) -> None:
        check_rows(arrays, rows, seeds, *self.sides)
        split_code(split)
        numbers, parts = arrays.more[SEED], arrays.more[PART]
        for row, seed in zip(rows.tolist(), seeds.tolist(), strict=True):
            number = self._number(seed, split)
            part, content_hash = self._content(number)
            numbers[row, 0], parts[row, 0] = number, part
            arrays.seed[row], arrays.content_hash[row] = seed, content_hash

    def far(self) -> "ProcgenLevels":
        """Raises ConfigError: there are no far levels."""
        raise ConfigError(
            f"the levels of {self.name!r} have no `far` split: a level is a number and nothing else. Choose "
            "test, or another mode with --set game.mode=hard."
        )

    def notes(self) -> tuple[str, ...]:
        return ()

    def rules(self, level: Level) -> list[str]:
        """Procgen's number of a level."""
        return [f"level {level.hidden[SEED][0]}"]

    def changed(self, level: Level, draws: Draws) -> Level:
        """Another level: nothing but the number can change."""
        return self._numbered(draws.between(0, MOST_LEVEL))

    def _copy(self) -> Self:
        return type(self)(self.name, self.parameters, only=self.only)

    def _drawn(self, seed: int, split: str) -> Level:
        return self._numbered(self._number(seed, split)).with_seed(seed)

    def _number(self, seed: int, split: str) -> int:
        """Procgen's number of the level that this seed names in this split."""
        if self.only is not None:
            return self.only
        any_will_do = SPLITS[split] == ANY or not self.about.held_out
        if seed <= MOST_LEVEL and (any_will_do or self._split(seed) == split):
            return seed
        low, high = self.parameters.levels if split == "train" else (0, MOST_LEVEL)
        for attempt in range(ATTEMPTS):
            number = Draws(seed, attempt).between(low, high)
            if any_will_do or self._split(number) == split:
                return number
        return self._among_few(seed, split)

    def _among_few(self, seed: int, split: str) -> int:
        """A level of a split that hardly any level belongs to.

        Raises:
            ConfigError: none does.
        """
        low, high = self.parameters.levels
        odd = int(split == "test")
        parts = [range(odd, low, 2), range(high + 1 + (high + 1 + odd) % 2, MOST_LEVEL + 1, 2)]
        count = sum(map(len, parts))
        if not count:
            raise ConfigError(
                f"levels = {low}..{high} leaves no level to {split} with: give a smaller range within "
                f"0..{MOST_LEVEL}."
            )
        k = Draws(seed, ATTEMPTS).below(count)
        return parts[0][k] if k < len(parts[0]) else parts[1][k - len(parts[0])]

    def _split(self, number: int) -> str:
        """The split that a level belongs to."""
        low, high = self.parameters.levels
        if low <= number <= high:
            return "train"
        return "test" if number % 2 else "validation"

    def _numbered(self, number: int) -> Level:
        """Procgen's level of this number."""
        return self._with_part(number, self._content(number)[0])

    def _searched_content(self, number: int) -> tuple[int, int]:
        """The part of a level, and the hash of its content."""
        part = 0
        while True:
            level = self._with_part(number, part)
            if not self.about.held_out or split_of(level.content_hash) == self._split(number):
                return part, level.content_hash
            part += 1

    def _with_part(self, number: int, part: int) -> Level:
        return Level(family=self.name, tiles=_NO_MAP, hidden={SEED: (number,), PART: (part,)})

    def validate(self, level: Level) -> None:
        super().validate(level)
        number = level.hidden[SEED][:1]
        if len(number) != 1 or not 0 <= number[0] <= MOST_LEVEL:
            raise LevelError(
                f"this level of {self.name!r} is malformed: its seed is {number}, not in 0..{MOST_LEVEL}."
            )
        if self.only not in (None, number[0]):
            raise LevelError(f"{self.name!r} has level {self.only} alone in this mode, not {number[0]}.")
