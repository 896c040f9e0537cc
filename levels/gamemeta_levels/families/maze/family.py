"""The family `maze`: cells joined by a random spanning tree, some walls opened, a goal to find."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.checks import check_hidden, check_once, check_rows, check_seed, check_tiles
from gamemeta_levels.errors import ConfigError, LevelError, UnsolvableLevel
from gamemeta_levels.families.maze import kernels
from gamemeta_levels.family import LevelArrays, LevelFamily
from gamemeta_levels.kernel import below
from gamemeta_levels.level import MAX_SIDE, Level
from gamemeta_levels.split import split_code
from gamemeta_levels.tiles import FLOOR, GOAL, MAZE_TILES, MOVES, SPAWN, WALL


@dataclass(frozen=True, kw_only=True)
class MazeParameters:
    """Ranges that a maze is drawn from, both ends included."""

    height: tuple[int, int] = (9, 11)
    """Height in tiles; odd, at least 5."""
    width: tuple[int, int] = (9, 11)
    """Width in tiles; odd, at least 5."""
    braiding: tuple[float, float] = (0.2, 0.4)
    """Share of inner walls that are opened after carving, which makes loops."""
    goal_distance: int = 6
    """Fewest steps from start to goal."""

    def __post_init__(self) -> None:
        for name in ("height", "width"):
            low, high = getattr(self, name)
            if not 5 <= low <= high <= MAX_SIDE or not (low % 2 and high % 2):
                raise ConfigError(
                    f"{name} = {low}..{high}: give two odd numbers, 5 <= low <= high <= {MAX_SIDE}."
                )
        low_share, high_share = self.braiding
        if not 0.0 <= low_share <= high_share <= 1.0:
            raise ConfigError(
                f"braiding = {low_share}..{high_share}: give two shares, 0 <= low <= high <= 1."
            )
        longest = (self.height[0] + self.width[0]) // 2 - 1
        if not 1 <= self.goal_distance <= longest:
            raise ConfigError(
                f"goal_distance = {self.goal_distance}: with these sizes it must lie in 1..{longest}."
            )

    def ranges(self) -> NDArray[np.int64]:
        """int64 [7] as the kernels read them."""
        shares = [round(share * 1000) for share in self.braiding]
        return np.array([*self.height, *self.width, *shares, self.goal_distance], np.int64)


class Maze(LevelFamily):
    """Mazes on odd coordinates. Hidden: where the goal is.

    Args:
        parameters: the ranges to draw from.
    """

    name = "maze"

    def __init__(self, parameters: MazeParameters | None = None) -> None:
        self.parameters = parameters or MazeParameters()
        self._ranges = self.parameters.ranges()

    def far(self) -> "Maze":
        """Mazes 2 to 6 tiles larger on each side than any trained on, with fewer openings.

        Raises:
            ConfigError: there are no larger mazes.
        """
        p = self.parameters
        if min(p.height[1], p.width[1]) == MAX_SIDE:
            raise ConfigError(
                f"there are no far mazes: height = {p.height[0]}..{p.height[1]} and width = "
                f"{p.width[0]}..{p.width[1]} leave no larger side. Keep them below {MAX_SIDE}."
            )

        def beyond(side: tuple[int, int]) -> tuple[int, int]:
            return min(side[1] + 2, MAX_SIDE), min(side[1] + 6, MAX_SIDE)

        return Maze(
            replace(
                p,
                height=beyond(p.height),
                width=beyond(p.width),
                braiding=(0.0, p.braiding[0] / 2),
            )
        )

    def arrays(self, n: int) -> LevelArrays:
        return LevelArrays.empty(n, self.parameters.height[1], self.parameters.width[1])

    def fill(
        self, arrays: LevelArrays, rows: NDArray[np.int64], seeds: NDArray[np.int64], split: str
    ) -> None:
        p = self.parameters
        check_rows(arrays, rows, seeds, p.height[1], p.width[1], room=True)
        failed = kernels.fill(
            self._ranges,
            rows,
            seeds,
            split_code(split),
            arrays.tiles,
            arrays.size,
            arrays.spawn,
            arrays.goal,
            arrays.par_steps,
            arrays.distance,
            arrays.seed,
            arrays.content_hash,
        )
        if failed >= 0:
            raise ConfigError(
                f"seed {seeds[failed]}: {kernels.TRIES} mazes were drawn from {self.parameters} "
                f"and none lies in the split {split!r}. Widen the ranges."
            )

    def validate(self, level: Level) -> None:
        """Raises LevelError unless the level is of walls, floor, one spawn and one goal, and nothing else."""
        super().validate(level)
        check_tiles(level, MAZE_TILES, "a maze")
        check_once(level, (SPAWN, GOAL), "a maze")
        check_hidden(level, (), "a maze")

    def pack(self, levels: Sequence[Level]) -> LevelArrays:
        for level in levels:
            self.validate(level)
        height = max((level.height for level in levels), default=1)
        width = max((level.width for level in levels), default=1)
        arrays = LevelArrays.empty(len(levels), height, width)
        for row, level in enumerate(levels):
            arrays.tiles[row, : level.height, : level.width] = level.tiles
            arrays.size[row] = level.tiles.shape
            arrays.spawn[row] = level.find(SPAWN)[0]
            arrays.goal[row] = level.find(GOAL)[0]
            arrays.seed[row] = -1 if level.seed is None else level.seed
            arrays.content_hash[row] = level.content_hash
        kernels.measure(
            arrays.tiles, arrays.size, arrays.spawn, arrays.goal, arrays.par_steps, arrays.distance
        )
        for row in np.flatnonzero(arrays.par_steps < 0):
            at = f"row {arrays.goal[row, 0] + 1}, column {arrays.goal[row, 1] + 1}"
            raise UnsolvableLevel(
                f"the goal at {at} cannot be reached from the spawn. "
                "Open a way of floor '.' between 'S' and 'G'."
            )
        return arrays

    def measure(self, arrays: LevelArrays) -> NDArray[np.int32]:
        flat = arrays.tiles.reshape(len(arrays), -1)
        once = np.ones(len(arrays), np.bool_)
        ends = []
        for code in (SPAWN, GOAL):
            once &= np.count_nonzero(flat == code, axis=1) == 1
            place = np.divmod(np.argmax(flat == code, axis=1), arrays.tiles.shape[2])
            ends.append(np.stack(place, axis=1).astype(np.int32))
        par_steps, distance = np.empty_like(arrays.par_steps), np.empty_like(arrays.distance)
        kernels.measure(arrays.tiles, arrays.size, *ends, par_steps, distance)
        return np.where(once, par_steps, np.int32(-1))

    def unpack(self, arrays: LevelArrays, row: int) -> Level:
        height, width = arrays.size[row]
        seed = int(arrays.seed[row])
        return Level(
            family=self.name,
            tiles=arrays.tiles[row, :height, :width],
            seed=None if seed < 0 else seed,
        )

    def solve(self, level: Level) -> list[int]:
        arrays = self.pack([level])
        distance = arrays.distance[0].astype(int)
        (row, column), plan = arrays.spawn[0], []
        while distance[row, column]:
            for action, (down, right) in enumerate(MOVES):
                r, c = row + down, column + right
                inside = 0 <= r < level.height and 0 <= c < level.width
                if inside and distance[r, c] == distance[row, column] - 1:
                    plan.append(action)
                    row, column = r, c
                    break
        return plan

    def mutate(self, level: Level, seed: int) -> Level:
        """Open or close one inner tile, or move the goal, keeping the level solvable."""
        self.pack([level])
        check_seed(seed)
        stream = np.array([seed], np.uint64)
        for _ in range(1000):
            changed = self._one_change(level, stream)
            if changed is None:
                continue
            try:
                self.pack([changed])
            except UnsolvableLevel:
                continue
            return changed
        raise LevelError("no change keeps this level solvable: it has no inner tile to open.")

    def _one_change(self, level: Level, stream: NDArray[np.uint64]) -> Level | None:
        tiles = level.tiles.copy()
        if min(tiles.shape) < 3:
            return None
        row = 1 + below(stream, level.height - 2)
        column = 1 + below(stream, level.width - 2)
        here = tiles[row, column]
        if here in (SPAWN, GOAL):
            return None
        if here == FLOOR and below(stream, 2):
            tiles[tiles == GOAL] = FLOOR
            tiles[row, column] = GOAL
        else:
            tiles[row, column] = FLOOR if here == WALL else WALL
        return Level(family=self.name, tiles=tiles)
