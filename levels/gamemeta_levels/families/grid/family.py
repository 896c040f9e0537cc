"""The family `grid`: 5x5 cells with a hidden goal, as in VariBAD (Zintgraf et al. 2020)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.checks import check_hidden, check_rows, check_seed, check_tiles
from gamemeta_levels.errors import ConfigError, LevelError
from gamemeta_levels.families.grid import kernels
from gamemeta_levels.families.grid.kernels import GOALS, SIDE, START
from gamemeta_levels.family import FamilyAbout, LevelArrays, LevelFamily
from gamemeta_levels.kernel import below
from gamemeta_levels.level import Level
from gamemeta_levels.split import split_code
from gamemeta_levels.tiles import FLOOR, GOAL, SPAWN

EPISODE_STEPS = 15
"""Steps of an episode, which is what plans are made for."""


@dataclass(frozen=True, kw_only=True)
class HiddenGoalParameters:
    """There is nothing to set: the goal is one of 21 cells, each with the same chance."""


class HiddenGoal(LevelFamily):
    """5x5 grids. Hidden: where the goal is.

    The spawn is the lower left corner, the goal any cell but the spawn and its three neighbours. There are 21
    levels in all, so that none can be held out: every split has all of them.

    Args:
        parameters: there is nothing to set.
    """

    name = "grid"
    about = FamilyAbout(held_out=False, action_names=("stay", "up", "right", "down", "left"))

    def __init__(self, parameters: HiddenGoalParameters | None = None) -> None:
        self.parameters = parameters or HiddenGoalParameters()

    def far(self) -> "HiddenGoal":
        """There is nothing outside.

        Raises:
            ConfigError: always.
        """
        raise ConfigError(
            f"there are no far grids: all {len(GOALS)} are drawn in training. Choose another split, such as "
            "`test`."
        )

    def arrays(self, n: int) -> LevelArrays:
        arrays = LevelArrays.empty(n, SIDE, SIDE)
        arrays.size[:] = SIDE
        arrays.spawn[:] = tile_of(START)
        arrays.par_steps[:] = EPISODE_STEPS
        return arrays

    def fill(
        self, arrays: LevelArrays, rows: NDArray[np.int64], seeds: NDArray[np.int64], split: str
    ) -> None:
        """As `LevelFamily.fill`, whatever the split."""
        split_code(split)
        check_rows(arrays, rows, seeds, SIDE, SIDE)
        kernels.fill(
            rows, seeds, arrays.tiles, arrays.goal, arrays.distance, arrays.seed, arrays.content_hash
        )

    def validate(self, level: Level) -> None:
        """Raises LevelError unless the level is one of the 21."""
        super().validate(level)
        _goal(level)

    def pack(self, levels: Sequence[Level]) -> LevelArrays:
        arrays = self.arrays(len(levels))
        for row, level in enumerate(levels):
            self.validate(level)
            kernels.put_goal(_goal(level), arrays.tiles[row], arrays.goal[row], arrays.distance[row])
            arrays.seed[row] = -1 if level.seed is None else level.seed
            arrays.content_hash[row] = level.content_hash
        return arrays

    def measure(self, arrays: LevelArrays) -> NDArray[np.int32]:
        """The steps of an episode where the tiles are one of the 21 levels; else -1."""
        known = np.stack([drawn.reshape(-1) for drawn in _drawings()])
        flat = arrays.tiles.reshape(len(arrays), -1)
        if flat.shape[1] != known.shape[1]:
            return np.full(len(arrays), -1, np.int32)
        whole = (flat[:, None] == known).all(2).any(1) & (arrays.size == SIDE).all(1)
        return np.where(whole, np.int32(EPISODE_STEPS), np.int32(-1))

    def unpack(self, arrays: LevelArrays, row: int) -> Level:
        seed = int(arrays.seed[row])
        return Level(family=self.name, tiles=arrays.tiles[row], seed=None if seed < 0 else seed)

    def solve(self, level: Level) -> list[int]:
        """Up, right, and then stay on the goal to the end of the episode."""
        self.validate(level)
        goal = _goal(level)
        up, right = goal // SIDE - START // SIDE, goal % SIDE - START % SIDE
        moves = [kernels.UP] * up + [kernels.RIGHT] * right
        return moves + [kernels.STAY] * (EPISODE_STEPS - len(moves))

    def mutate(self, level: Level, seed: int) -> Level:
        """Move the goal to another cell."""
        self.validate(level)
        check_seed(seed)
        others = GOALS[_goal(level) != GOALS]
        arrays = self.arrays(1)
        cell = others[below(np.array([seed], np.uint64), len(others))]
        kernels.put_goal(cell, arrays.tiles[0], arrays.goal[0], arrays.distance[0])
        return self.unpack(arrays, 0)


def tile_of(cell: int) -> tuple[int, int]:
    """Row, from the top, and column of a cell."""
    return SIDE - 1 - cell // SIDE, cell % SIDE


def _drawings() -> list[NDArray[np.uint8]]:
    """The tiles of all levels, in the order of GOALS."""
    drawings = []
    for cell in GOALS.tolist():
        tiles = np.full((SIDE, SIDE), FLOOR, np.uint8)
        tiles[tile_of(START)], tiles[tile_of(cell)] = SPAWN, GOAL
        drawings.append(tiles)
    return drawings


def _goal(level: Level) -> int:
    """The cell of the goal. Raises LevelError where the level is malformed."""
    check_tiles(level, (FLOOR, SPAWN, GOAL), "a grid")
    check_hidden(level, (), "a grid")
    for cell, drawing in zip(GOALS.tolist(), _drawings(), strict=True):
        if np.array_equal(level.tiles, drawing):
            return int(cell)
    raise LevelError(
        f"a grid is {SIDE} x {SIDE} tiles of floor '.', with the spawn 'S' in the lower left corner and one "
        "goal 'G' that is not next to it, nor diagonally so."
    )
