"""A level family whose levels are drawn one at a time by a plain Python function."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.checks import check_rows, check_seed
from gamemeta_levels.errors import ConfigError, LevelError, cut
from gamemeta_levels.families.draws import Draws
from gamemeta_levels.family import UNREACHABLE, LevelArrays, LevelFamily
from gamemeta_levels.level import Level
from gamemeta_levels.split import ANY, SPLITS, split_code, split_of
from gamemeta_levels.tiles import GOAL, SPAWN

TRIES = 10_000
"""Draws after which a seed is given up; one draw in ten hits the rarest split."""


class DrawnFamily(LevelFamily):
    """A `LevelFamily` out of three functions: draw a level, solve it, change it a little.

    Small levels cost some 0.1 ms each, of a rare split more, rather than the few us of a compiled
    generator: a training whose trials last dozens of steps does not notice. In arrays, the hidden numbers
    `name` of level i are `more[name][i]`, of int64 [N, most], zeros behind the last.

    Args:
        parameters: the ranges to draw from; the defaults if None.
    """

    name: str
    Parameters: ClassVar[Any]
    """The frozen dataclass of the ranges."""
    sides: ClassVar[tuple[int, int]]
    """Height and width of the largest level, tiles."""
    hidden: Mapping[str, int] = {}
    """The hidden numbers of a level by name, and how many each has at most."""

    def __init__(self, parameters: Any = None) -> None:
        self.parameters = parameters or self.Parameters()

    @abstractmethod
    def draw(self, draws: Draws) -> Level:
        """A level within the parameters' ranges; the same draws give the same level."""

    @abstractmethod
    def solve(self, level: Level) -> list[int]:
        """A plan: the actions of a best play.

        Raises:
            LevelError: the level has no plan, or is malformed: say what is wrong with it.
        """

    @abstractmethod
    def changed(self, level: Level, draws: Draws) -> Level:
        """A solvable level that differs a little, or the same when these draws changed nothing."""

    def far(self) -> Self:
        """The same family with parameters outside the training ranges.

        Raises:
            ConfigError: always, unless the family says what lies outside.
        """
        raise ConfigError(
            f"the family {self.name!r} has no far levels. Choose another split, or write its `far`."
        )

    def arrays(self, n: int) -> LevelArrays:
        arrays = LevelArrays.empty(n, *self.sides)
        arrays.distance[:] = UNREACHABLE
        arrays.more = {name: np.zeros((n, most), np.int64) for name, most in self._columns().items()}
        return arrays

    def fill(
        self, arrays: LevelArrays, rows: NDArray[np.int64], seeds: NDArray[np.int64], split: str
    ) -> None:
        check_rows(arrays, rows, seeds, *self.sides)
        split_code(split)
        for row, seed in zip(rows.tolist(), seeds.tolist(), strict=True):
            self._put(self._drawn(seed, split), arrays, row)

    def pack(self, levels: Sequence[Level]) -> LevelArrays:
        arrays = self.arrays(len(levels))
        for row, level in enumerate(levels):
            self._put(level, arrays, row)
        return arrays

    def measure(self, arrays: LevelArrays) -> NDArray[np.int32]:
        """Length [N] of the plan for what stands in the arrays, -1 where there is none."""
        steps = np.full(len(arrays), -1, np.int32)
        for row in range(len(arrays)):
            try:
                steps[row] = len(self.solve(self.unpack(arrays, row)))
            except LevelError:
                continue
        return steps

    def unpack(self, arrays: LevelArrays, row: int) -> Level:
        height, width = arrays.size[row]
        seed = int(arrays.seed[row])
        counts = {name: int(arrays.more[_count(name)][row, 0]) for name in self.hidden}
        return Level(
            family=self.name,
            tiles=arrays.tiles[row, :height, :width],
            hidden={name: tuple(arrays.more[name][row, :count]) for name, count in counts.items()},
            seed=None if seed < 0 else seed,
        )

    def mutate(self, level: Level, seed: int) -> Level:
        """A solvable level that differs a little; the same seed makes the same change."""
        check_seed(seed)
        self.pack([level])
        for number in range(TRIES):
            changed = self.changed(level, Draws(seed, number)).with_seed(None)
            if changed != level:
                return changed
        raise LevelError(f"nothing changed this level of the family {self.name!r} in {TRIES} tries.")

    def _columns(self) -> dict[str, int]:
        """Width of every array of hidden numbers, and of how many there are."""
        return {**self.hidden, **{_count(name): 1 for name in self.hidden}}

    def _drawn(self, seed: int, split: str) -> Level:
        """The level that this seed names in this split."""
        for attempt in range(TRIES):
            level = self.draw(Draws(seed, attempt))
            if SPLITS[split] == ANY or split_of(level.content_hash) == split:
                return level.with_seed(seed)
        raise ConfigError(
            f"seed {seed}: {TRIES} levels were drawn from {self.parameters} and none lies in the "
            f"split {split!r}: there are too few different ones. Widen the ranges, or let more differ."
        )

    def _put(self, level: Level, arrays: LevelArrays, row: int) -> None:
        """Write a level into a row. Raises LevelError as `pack`."""
        self.validate(level)
        arrays.tiles[row] = 0
        arrays.tiles[row, : level.height, : level.width] = level.tiles
        arrays.size[row] = level.tiles.shape
        for code, place in ((SPAWN, arrays.spawn), (GOAL, arrays.goal)):
            place[row] = (level.find(code) or [(0, 0)])[0]
        arrays.par_steps[row] = len(self.solve(level))
        for name, values in level.hidden.items():
            arrays.more[name][row] = 0
            arrays.more[name][row, : len(values)] = values
            arrays.more[_count(name)][row] = len(values)
        arrays.seed[row] = -1 if level.seed is None else level.seed
        arrays.content_hash[row] = level.content_hash

    def validate(self, level: Level) -> None:
        """Raises LevelError where the level is too large or has other hidden numbers."""
        super().validate(level)
        if level.height > self.sides[0] or level.width > self.sides[1]:
            raise LevelError(
                f"this level is {level.height} x {level.width} tiles; levels of the family {self.name!r} "
                f"are at most {self.sides[0]} x {self.sides[1]}."
            )
        counts = {name: len(values) for name, values in level.hidden.items()}
        if counts.keys() != self.hidden.keys() or any(counts[k] > most for k, most in self.hidden.items()):
            wanted = ", ".join(f"{name} (at most {most})" for name, most in self.hidden.items()) or "none"
            present = cut(", ".join(f"{name} ({count})" for name, count in counts.items()) or "none", 200)
            raise LevelError(
                f"hidden numbers of the family {self.name!r}: {wanted}; this level has: {present}."
            )


def _count(name: str) -> str:
    return f"{name}_count"
