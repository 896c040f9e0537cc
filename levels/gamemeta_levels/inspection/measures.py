"""What a level is like, in numbers for people."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.family import UNREACHABLE, LevelArrays, inside_of
from gamemeta_levels.text import plain_number
from gamemeta_levels.tiles import SPAWN, WALL

Values = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One number about a level, for people."""

    title: str
    unit: str
    meaning: str

    @property
    def share(self) -> bool:
        """Whether it is a share, from 0 to 1."""
        return self.unit == "share"

    def shown(self, value: float) -> str:
        """A value for people: `12.5%`, `65,025`."""
        return f"{value:.1%}" if self.share else plain_number(value)


MEASURES = {
    "size": Measure(title="Size", unit="tiles", meaning="height x width"),
    "par_steps": Measure(title="Par length", unit="steps", meaning="steps of the solver's plan"),
    "braiding": Measure(
        title="Braiding",
        unit="share",
        meaning="open share of the inner walls that a maze without loops leaves standing",
    ),
    "openness": Measure(title="Openness", unit="share", meaning="share of tiles one can walk to"),
    "dead_ends": Measure(
        title="Dead ends", unit="share", meaning="share of those tiles with a single way out"
    ),
    "junctions": Measure(
        title="Junctions", unit="share", meaning="share of those tiles with three or four ways out"
    ),
}


def measure_levels(levels: LevelArrays) -> dict[str, Values]:
    """Every measure of `MEASURES`, [N] each, of what can be walked to from the goal.

    An opened wall between two corridors that were joined elsewhere makes exactly one loop, so
    braiding is counted as independent loops (edges - tiles + 1), per loop that a maze on odd
    coordinates of this size can have.
    """
    open_tiles = np.pad(levels.distance != UNREACHABLE, ((0, 0), (1, 1), (1, 1)))
    inner = open_tiles[:, 1:-1, 1:-1]
    ways = np.zeros(inner.shape, np.int64)
    for axis in (1, 2):
        for shift in (1, -1):
            ways += np.roll(open_tiles, shift, axis)[:, 1:-1, 1:-1]
    ways *= inner
    tiles = np.maximum(inner.sum((1, 2)), 1)
    loops = ways.sum((1, 2)) // 2 - tiles + 1
    rows, columns = ((levels.size.astype(np.int64) - 1) // 2).T
    area = levels.size.astype(np.float64).prod(1)
    return {
        "size": area,
        "par_steps": levels.par_steps.astype(np.float64),
        "braiding": loops / np.maximum((rows - 1) * (columns - 1), 1),
        "openness": tiles / area,
        "dead_ends": (inner & (ways == 1)).sum((1, 2)) / tiles,
        "junctions": (ways >= 3).sum((1, 2)) / tiles,
    }


def meaningful(levels: LevelArrays) -> tuple[str, ...]:
    """Names of the measures that say something about levels like these.

    Every level has a size and a par. Ways are worth measuring where there is a spawn to start from and a
    wall to walk around; braiding where cells lie on odd coordinates and pillars between them, as in mazes.
    """
    inside = inside_of(levels)
    wall = levels.tiles == WALL
    if not ((wall & inside).any() and (levels.tiles == SPAWN).any()):
        return "size", "par_steps"
    pillars = (wall | ~inside)[:, ::2, ::2].all()
    cells = ~(wall & inside)[:, 1::2, 1::2].any()
    odd = (levels.size % 2 == 1).all()
    return tuple(name for name in MEASURES if name != "braiding" or (pillars and cells and odd))
