"""The family `darkroom`: 9x9 cells with a hidden goal, the Dark Room of Laskin et al. (2022)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.checks import check_hidden, check_once, check_rows, check_seed, check_tiles
from gamemeta_levels.errors import ConfigError, LevelError
from gamemeta_levels.families.darkroom import kernels
from gamemeta_levels.families.darkroom.kernels import CELLS, SIDE, START
from gamemeta_levels.family import FamilyAbout, LevelArrays, LevelFamily
from gamemeta_levels.kernel import below
from gamemeta_levels.level import Level
from gamemeta_levels.split import split_code
from gamemeta_levels.tiles import FLOOR, GOAL, SPAWN

EPISODE_STEPS = 20
"""Steps of an episode, which is what plans are made for."""
MOVE_WORDS = ("stay", "up", "right", "down", "left")


@dataclass(frozen=True, kw_only=True)
class DarkRoomParameters:
    """There is nothing to set: the goal is one of 81 cells, each with the same chance."""


class DarkRoom(LevelFamily):
    """Dark rooms of 9x9 cells. Hidden: where the goal is.

    The spawn is the cell in the middle, the goal any cell, the middle among them: it is then drawn in place
    of the spawn. There are 81 levels in all, and every split has all of them.

    Args:
        parameters: there is nothing to set.
    """

    name = "darkroom"
    about = FamilyAbout(held_out=False, action_names=MOVE_WORDS)

    def __init__(self, parameters: DarkRoomParameters | None = None) -> None:
        self.parameters = parameters or DarkRoomParameters()

    def far(self) -> "DarkRoom":
        """There is nothing outside.

        Raises:
            ConfigError: always.
        """
        raise ConfigError(
            f"there are no far dark rooms: all {CELLS} are drawn in training. Choose another split, such as "
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
        """Raises LevelError unless the level is one of the 81."""
        super().validate(level)
        check_room(level, (GOAL,), "a dark room")

    def pack(self, levels: Sequence[Level]) -> LevelArrays:
        arrays = self.arrays(len(levels))
        for row, level in enumerate(levels):
            self.validate(level)
            goal = cell_with(level, GOAL)
            kernels.put_goal(goal, arrays.tiles[row], arrays.goal[row], arrays.distance[row])
            arrays.seed[row] = -1 if level.seed is None else level.seed
            arrays.content_hash[row] = level.content_hash
        return arrays

    def measure(self, arrays: LevelArrays) -> NDArray[np.int32]:
        """The steps of an episode where the tiles are one of the 81 levels; else -1."""
        whole = rooms_in(arrays, (GOAL,))
        return np.where(whole, np.int32(EPISODE_STEPS), np.int32(-1))

    def unpack(self, arrays: LevelArrays, row: int) -> Level:
        seed = int(arrays.seed[row])
        return Level(family=self.name, tiles=arrays.tiles[row], seed=None if seed < 0 else seed)

    def solve(self, level: Level) -> list[int]:
        """Straight to the goal, and then stay there to the end of the episode."""
        self.validate(level)
        moves = way(START, cell_with(level, GOAL))
        return moves + [kernels.STAY] * (EPISODE_STEPS - len(moves))

    def mutate(self, level: Level, seed: int) -> Level:
        """Move the goal to another cell."""
        self.validate(level)
        check_seed(seed)
        others = [cell for cell in range(CELLS) if cell != cell_with(level, GOAL)]
        arrays = self.arrays(1)
        cell = others[below(np.array([seed], np.uint64), len(others))]
        kernels.put_goal(cell, arrays.tiles[0], arrays.goal[0], arrays.distance[0])
        return self.unpack(arrays, 0)


def tile_of(cell: int) -> tuple[int, int]:
    """Row and column of a cell."""
    return cell // SIDE, cell % SIDE


def way(cell: int, target: int) -> list[int]:
    """A shortest way: first up or down, then right or left."""
    down, right = target // SIDE - cell // SIDE, target % SIDE - cell % SIDE
    upright = [kernels.DOWN if down > 0 else kernels.UP] * abs(down)
    return upright + [kernels.RIGHT if right > 0 else kernels.LEFT] * abs(right)


def cell_with(level: Level, code: int) -> int:
    """The cell of the one tile with this code."""
    ((row, column),) = level.find(code)
    return row * SIDE + column


def check_room(level: Level, codes: tuple[int, ...], what: str) -> None:
    """Raises LevelError unless the level is a room with one tile of each code, and else floor around the
    spawn.

    Args:
        level: any.
        codes: things of which there is one each; one of them may stand in place of the spawn.
        what: the level as errors call it.
    """
    check_tiles(level, (FLOOR, SPAWN, *codes), what)
    check_hidden(level, (), what)
    if level.tiles.shape != (SIDE, SIDE):
        height, width = level.tiles.shape
        raise LevelError(f"{what} has {SIDE} x {SIDE} tiles; this one has {height} x {width}.")
    check_once(level, codes, what)
    middle = tile_of(START)
    if level.tiles[middle] == FLOOR or (level.find(SPAWN) or [middle]) != [middle]:
        raise LevelError(
            f"the spawn 'S' of {what} is the tile in the middle, row {middle[0] + 1}, column "
            f"{middle[1] + 1}, and no other."
        )


def rooms_in(arrays: LevelArrays, codes: tuple[int, ...]) -> NDArray[np.bool_]:
    """bool [N]: whether the tiles of each level are a room with one tile of each code, as for
    `check_room`."""
    tiles = arrays.tiles
    if tiles.shape[1:] != (SIDE, SIDE):
        return np.zeros(len(arrays), np.bool_)
    middle = tiles[(slice(None), *tile_of(START))]
    whole: NDArray[np.bool_] = np.isin(tiles, (FLOOR, SPAWN, *codes)).all((1, 2))
    whole &= (middle != FLOOR) & ((tiles == SPAWN).sum((1, 2)) == (middle == SPAWN))
    for code in codes:
        whole &= (tiles == code).sum((1, 2)) == 1
    whole &= (arrays.size == SIDE).all(1)
    return whole
