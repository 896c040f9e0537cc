"""The family `corridor`: a sign at the start says which way to turn at the end (Ni et al. 2023)."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.checks import check_hidden, check_rows, check_seed, check_tiles
from gamemeta_levels.errors import ConfigError, LevelError, shortened
from gamemeta_levels.family import FamilyAbout, LevelArrays, LevelFamily
from gamemeta_levels.level import Level
from gamemeta_levels.split import split_code
from gamemeta_levels.splitmix import combine_all
from gamemeta_levels.tiles import FLOOR, GOAL, SPAWN, WALL

LONGEST = 10_000
"""Most steps from the sign to the turn."""
SIDE = 3
"""Rows and columns of the drawing, in which a corridor of any length is one tile long."""
UP, DOWN = 0, 1
"""Ways to turn, which are the actions."""
_SPAWN = (1, 0)


@dataclass(frozen=True, kw_only=True)
class CorridorParameters:
    """Range that corridors are drawn from, both ends included."""

    length: tuple[int, int] = (50, 50)
    """Steps from the sign to the turn. `run.rollout_steps` should be one more than the longest."""

    def __post_init__(self) -> None:
        low, high = self.length
        if not 1 <= low <= high <= LONGEST:
            raise ConfigError(
                f"length = {low}..{high}: give two numbers of steps, 1 <= low <= high <= {LONGEST}."
            )


class Corridor(LevelFamily):
    """Corridors that end in a turn up or down. Hidden: `length`, the steps that one walks by oneself.

    A level is drawn as the spawn, a tile of corridor, and the turn with the goal at one of its ends. In
    arrays, `goal` is the goal's tile and `more["length"]` int32 [N]. There are two levels of each length, so
    that none can be held out: every split has all of them.

    Args:
        parameters: the range to draw from.
    """

    name = "corridor"
    about = FamilyAbout(held_out=False, action_names=("up", "down"))

    def __init__(self, parameters: CorridorParameters | None = None) -> None:
        self.parameters = parameters or CorridorParameters()

    def far(self) -> "Corridor":
        """Longer corridors, up to twice as long.

        Raises:
            ConfigError: the range has the longest ones already.
        """
        high = self.parameters.length[1]
        if high == LONGEST:
            raise ConfigError(
                f"there are no far corridors: {LONGEST} steps are the most. Give a shorter range."
            )
        return Corridor(CorridorParameters(length=(high + 1, min(2 * high, LONGEST))))

    def arrays(self, n: int) -> LevelArrays:
        arrays = LevelArrays.empty(n, SIDE, SIDE)
        arrays.size[:] = SIDE
        arrays.spawn[:] = _SPAWN
        arrays.more["length"] = np.zeros(n, np.int32)
        return arrays

    def fill(
        self, arrays: LevelArrays, rows: NDArray[np.int64], seeds: NDArray[np.int64], split: str
    ) -> None:
        """As `LevelFamily.fill`, whatever the split."""
        split_code(split)
        check_rows(arrays, rows, seeds, SIDE, SIDE)
        low, high = self.parameters.length
        drawn = combine_all(seeds.astype(np.uint64), np.zeros(len(seeds), np.uint64))
        sides = (drawn >> np.uint64(63)).astype(np.int64)
        lengths = low + (drawn >> np.uint64(1)).astype(np.int64) % (high - low + 1)
        for row, seed, length, side in zip(rows, seeds, lengths.tolist(), sides.tolist(), strict=True):
            _put(arrays, row, length, side)
            arrays.seed[row] = seed

    def validate(self, level: Level) -> None:
        """Raises LevelError unless the level is one of the two drawings, with a length."""
        super().validate(level)
        check_tiles(level, (FLOOR, SPAWN, GOAL, WALL), "a corridor")
        check_hidden(level, ("length",), "a corridor")
        _side(level)
        length = level.hidden["length"]
        if len(length) != 1 or not 1 <= length[0] <= LONGEST:
            raise LevelError(
                f"hidden `length` is one number of steps, 1 to {LONGEST}; this level has "
                f"{shortened(list(length))}."
            )

    def pack(self, levels: Sequence[Level]) -> LevelArrays:
        arrays = self.arrays(len(levels))
        for row, level in enumerate(levels):
            self.validate(level)
            _put(arrays, row, level.hidden["length"][0], _side(level))
            arrays.seed[row] = -1 if level.seed is None else level.seed
        return arrays

    def measure(self, arrays: LevelArrays) -> NDArray[np.int32]:
        """The steps of an episode where the tiles are one of the two drawings; else -1."""
        if arrays.tiles.shape[1:] != (SIDE, SIDE):
            return np.full(len(arrays), -1, np.int32)
        known = np.stack([_drawing(side) for side in (UP, DOWN)])
        whole = (arrays.tiles[:, None] == known).all((2, 3)).any(1) & (arrays.size == SIDE).all(1)
        return np.where(whole, arrays.more["length"] + 1, -1).astype(np.int32)

    def unpack(self, arrays: LevelArrays, row: int) -> Level:
        seed = int(arrays.seed[row])
        return Level(
            family=self.name,
            tiles=arrays.tiles[row],
            hidden={"length": (int(arrays.more["length"][row]),)},
            seed=None if seed < 0 else seed,
        )

    def solve(self, level: Level) -> list[int]:
        """The way to turn, in every step: only that of the last one counts."""
        self.validate(level)
        return [_side(level)] * (level.hidden["length"][0] + 1)

    def rules(self, level: Level) -> list[str]:
        """How long the corridor is, in words."""
        self.validate(level)
        return [f"the turn comes {level.hidden['length'][0]} steps after the sign"]

    def mutate(self, level: Level, seed: int) -> Level:
        """Move the goal to the other end of the turn."""
        self.validate(level)
        check_seed(seed)
        return Level(family=self.name, tiles=_drawing(1 - _side(level)), hidden=level.hidden)

    def realised(self, arrays: LevelArrays) -> dict[str, NDArray[np.int32]]:
        """The length of each corridor."""
        return {"length": arrays.more["length"]}


def _put(arrays: LevelArrays, row: int, length: int, side: int) -> None:
    arrays.tiles[row] = _drawing(side)
    arrays.goal[row] = (0 if side == UP else SIDE - 1, SIDE - 1)
    arrays.par_steps[row] = length + 1
    arrays.more["length"][row] = length
    arrays.content_hash[row] = _content_hash(length, side)


@cache
def _content_hash(length: int, side: int) -> int:
    return Level(family=Corridor.name, tiles=_drawing(side), hidden={"length": (length,)}).content_hash


def _drawing(side: int) -> NDArray[np.uint8]:
    """The tiles of a level whose goal lies on this side."""
    tiles = np.full((SIDE, SIDE), FLOOR, np.uint8)
    tiles[0, 1], tiles[2, 1], tiles[_SPAWN] = WALL, WALL, SPAWN
    tiles[0 if side == UP else SIDE - 1, SIDE - 1] = GOAL
    return tiles


def _side(level: Level) -> int:
    """On which side the goal lies. Raises LevelError where the level is malformed."""
    for side in (UP, DOWN):
        if np.array_equal(level.tiles, _drawing(side)):
            return side
    raise LevelError(
        "a corridor is drawn as 3 x 3 tiles: '.#G', 'S..', '.#.', or with the goal 'G' in the last row "
        "instead of the first."
    )
