"""The levels: open ground strewn with rocks, and a goal to find. The rules are those of the maze."""

from dataclasses import dataclass, replace

import numpy as np
from gamemeta_levels import LevelArrays, Maze
from gamemeta_levels.checks import check_rows
from gamemeta_levels.errors import ConfigError
from gamemeta_levels.families.maze.kernels import measure
from gamemeta_levels.split import split_code

from newgame import kernels


@dataclass(frozen=True, kw_only=True)
class NewParameters:
    """Ranges that a level is drawn from, both ends included."""

    height: tuple[int, int] = (8, 10)
    """Range of heights in tiles, 5 to 64."""
    width: tuple[int, int] = (8, 10)
    """Range of widths in tiles, 5 to 64."""
    rocks: tuple[int, int] = (15, 30)
    """Range of the rocks on a hundred tiles, 0 to 40."""
    goal_distance: int = 4
    """Fewest steps from the spawn to the goal, 1 to 5."""

    def __post_init__(self) -> None:
        for name, least, most in (("height", 5, 64), ("width", 5, 64), ("rocks", 0, 40)):
            low, high = getattr(self, name)
            if not least <= low <= high <= most:
                raise ConfigError(f"{name} = {low}..{high}: give {least} <= low <= high <= {most}.")
        if not 1 <= self.goal_distance <= 5:
            raise ConfigError(f"goal_distance = {self.goal_distance}: give 1 to 5.")


class NewFamily(Maze):
    """Open ground with rocks. Hidden: where the goal is.

    The generator is new: `fill`, compiled in `kernels`. The rest comes from `Maze`, the solver and
    `mutate` too: it holds for any level of wall, floor, one spawn and one goal.
    """

    name = "newgame"

    def __init__(self, parameters: NewParameters | None = None) -> None:
        self.parameters = p = parameters or NewParameters()
        self.ranges = np.array([*p.height, *p.width, *p.rocks, p.goal_distance], np.int64)

    def far(self) -> "NewFamily":
        """Ground up to 4 tiles larger on each side than any trained on."""

        def beyond(side: tuple[int, int]) -> tuple[int, int]:
            return side[1] + 1, side[1] + 4

        p = self.parameters
        return NewFamily(replace(p, height=beyond(p.height), width=beyond(p.width)))

    def fill(self, arrays: LevelArrays, rows: np.ndarray, seeds: np.ndarray, split: str) -> None:
        check_rows(arrays, rows, seeds, self.parameters.height[1], self.parameters.width[1])
        a = arrays
        made = (a.tiles, a.spawn, a.goal, a.size, a.distance, a.content_hash)
        failed = kernels.generate(self.ranges, rows, seeds, split_code(split), made)
        if failed >= 0:
            raise ConfigError(f"seed {seeds[failed]}: no level of {self.parameters} is in {split!r}.")
        new = a.take(rows)
        measure(new.tiles, new.size, new.spawn, new.goal, new.par_steps, new.distance)
        a.par_steps[rows], a.distance[rows], a.seed[rows] = new.par_steps, new.distance, seeds
