"""The family `keydoor`: 9x9 cells with a hidden key and a hidden door, the Dark Key-to-Door of Laskin et al.
(2022)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.checks import check_rows, check_seed
from gamemeta_levels.errors import ConfigError
from gamemeta_levels.families.darkroom.family import (
    MOVE_WORDS,
    cell_with,
    check_room,
    rooms_in,
    tile_of,
    way,
)
from gamemeta_levels.families.darkroom.kernels import CELLS, SIDE, START, STAY, put_distances
from gamemeta_levels.families.keydoor import kernels
from gamemeta_levels.family import FamilyAbout, LevelArrays, LevelFamily
from gamemeta_levels.kernel import below
from gamemeta_levels.level import Level
from gamemeta_levels.split import split_code
from gamemeta_levels.tiles import DOOR, KEY

EPISODE_STEPS = 50
"""Most steps of an episode."""
PAIRS = CELLS * (CELLS - 1)
"""Levels in all."""


@dataclass(frozen=True, kw_only=True)
class KeyDoorParameters:
    """There is nothing to set: key and door are two of 81 cells, all pairs with the same chance."""


class KeyDoor(LevelFamily):
    """Dark rooms of 9x9 cells with a key and a door. Hidden: where both are.

    The spawn is the cell in the middle; what lies there is drawn in its place. Of the 6,480 levels, some 80%
    are in `train`, and 10% each in `validation` and `test`. In arrays, `goal` is the door, and `distance`
    counts the steps to it; `more["key"]` int32 [N, 2] is the key's row and column.

    Args:
        parameters: there is nothing to set.
    """

    name = "keydoor"
    about = FamilyAbout(action_names=MOVE_WORDS)

    def __init__(self, parameters: KeyDoorParameters | None = None) -> None:
        self.parameters = parameters or KeyDoorParameters()

    def far(self) -> "KeyDoor":
        """There is nothing outside.

        Raises:
            ConfigError: always.
        """
        raise ConfigError(
            "there are no far levels of `keydoor`: key and door may be in any cell. Choose another split, "
            "such as `test`."
        )

    def arrays(self, n: int) -> LevelArrays:
        arrays = LevelArrays.empty(n, SIDE, SIDE)
        arrays.size[:] = SIDE
        arrays.spawn[:] = tile_of(START)
        arrays.more["key"] = np.zeros((n, 2), np.int32)
        return arrays

    def fill(
        self, arrays: LevelArrays, rows: NDArray[np.int64], seeds: NDArray[np.int64], split: str
    ) -> None:
        check_rows(arrays, rows, seeds, SIDE, SIDE)
        failed = kernels.fill(
            rows,
            seeds,
            split_code(split),
            arrays.tiles,
            arrays.more["key"],
            arrays.goal,
            arrays.distance,
            arrays.par_steps,
            arrays.seed,
            arrays.content_hash,
        )
        if failed >= 0:
            raise ConfigError(f"seed {seeds[failed]} drew no level of {split!r}. Choose another seed.")

    def validate(self, level: Level) -> None:
        """Raises LevelError unless the level is a room with one key and one door."""
        super().validate(level)
        check_room(level, (KEY, DOOR), "a level of `keydoor`")

    def pack(self, levels: Sequence[Level]) -> LevelArrays:
        arrays = self.arrays(len(levels))
        for row, level in enumerate(levels):
            self.validate(level)
            key, door = cell_with(level, KEY), cell_with(level, DOOR)
            kernels.put_pair(key, door, arrays.tiles[row], arrays.more["key"][row], arrays.goal[row])
            put_distances(door, arrays.distance[row])
            arrays.par_steps[row] = kernels.plan_steps(key, door)
            arrays.seed[row] = -1 if level.seed is None else level.seed
            arrays.content_hash[row] = level.content_hash
        return arrays

    def measure(self, arrays: LevelArrays) -> NDArray[np.int32]:
        """Steps to the key and from it to the door; -1 where the tiles are no level."""
        steps = np.full(len(arrays), -1, np.int32)
        for row in np.flatnonzero(rooms_in(arrays, (KEY, DOOR))):
            flat = arrays.tiles[row].reshape(-1)
            key, door = (int(np.flatnonzero(flat == code)[0]) for code in (KEY, DOOR))
            steps[row] = kernels.plan_steps(key, door)
        return steps

    def unpack(self, arrays: LevelArrays, row: int) -> Level:
        seed = int(arrays.seed[row])
        return Level(family=self.name, tiles=arrays.tiles[row], seed=None if seed < 0 else seed)

    def solve(self, level: Level) -> list[int]:
        """Straight to the key, and from it straight to the door."""
        self.validate(level)
        key, door = cell_with(level, KEY), cell_with(level, DOOR)
        return (way(START, key) or [STAY]) + way(key, door)

    def mutate(self, level: Level, seed: int) -> Level:
        """Move the door to another cell."""
        self.validate(level)
        check_seed(seed)
        key, door = cell_with(level, KEY), cell_with(level, DOOR)
        others = [cell for cell in range(CELLS) if cell not in (key, door)]
        arrays = self.arrays(1)
        cell = others[below(np.array([seed], np.uint64), len(others))]
        kernels.put_pair(key, cell, arrays.tiles[0], arrays.more["key"][0], arrays.goal[0])
        return self.unpack(arrays, 0)
