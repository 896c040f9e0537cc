"""The family `navigation`: a hidden target in the unit square (Finn et al. 2017)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.checks import MILLION, check_hidden, check_rows, check_seed, check_tiles
from gamemeta_levels.errors import ConfigError, LevelError, shortened
from gamemeta_levels.families.navigation import kernels
from gamemeta_levels.family import FamilyAbout, LevelArrays, LevelFamily
from gamemeta_levels.kernel import below
from gamemeta_levels.level import Level
from gamemeta_levels.split import split_code
from gamemeta_levels.tiles import FLOOR, SPAWN

EPISODE_STEPS = 100
"""Steps of an episode, which is what plans are made for."""
HALF = 0.5
"""From the middle of the square to its edges."""
STEP = 0.1
"""Largest step right or left, and up or down."""
SIDE = 11
"""Tiles of the drawing in each direction."""
MIDDLE = SIDE // 2
WAYS = ("stay", "right", "left", "up", "up right", "up left", "down", "down right", "down left")
"""Whole steps, by (up, right) = (0, 1, -1) x (0, 1, -1)."""


@dataclass(frozen=True, kw_only=True)
class NavigationParameters:
    """Range that targets are drawn from, both ends included."""

    reach: tuple[float, float] = (0.0, HALF)
    """Distance of the target from the middle, right or left, or up or down, whichever is larger."""

    def __post_init__(self) -> None:
        low, high = self.reach
        if not 0.0 <= low <= high <= HALF or high == 0.0:
            raise ConfigError(f"reach = {low}..{high}: give two distances, 0 <= low <= high <= {HALF}.")


class Navigation(LevelFamily):
    """Targets in the unit square. Hidden: `target`, right and up from the middle, in whole millionths.

    A level is drawn as 11 x 11 tiles of floor with the spawn in the middle. In arrays, `goal` is the tile
    that the target lies in and `more["target"]` float32 [N, 2].

    A plan is made of whole steps of 0.1, to the nearest multiple, and then stays; no play of such steps is
    the best one, for which see `gamemeta.calibration.navigation`.

    Args:
        parameters: the range to draw from.
    """

    name = "navigation"
    about = FamilyAbout(action_names=WAYS)

    def __init__(self, parameters: NavigationParameters | None = None) -> None:
        self.parameters = parameters or NavigationParameters()

    def far(self) -> "Navigation":
        """Targets farther from the middle than the range, or nearer where nothing is farther.

        Raises:
            ConfigError: the range leaves nothing outside.
        """
        low, high = (round(x * MILLION) for x in self.parameters.reach)
        if high < HALF * MILLION:
            return Navigation(NavigationParameters(reach=((high + 1) / MILLION, HALF)))
        if low > 1:
            return Navigation(NavigationParameters(reach=(0.0, (low - 1) / MILLION)))
        raise ConfigError(
            "there are no far targets: reach = 0..0.5 is the whole square. Narrow the range to train on."
        )

    def arrays(self, n: int) -> LevelArrays:
        arrays = LevelArrays.empty(n, SIDE, SIDE)
        arrays.tiles[:] = _drawing()
        arrays.size[:] = SIDE
        arrays.spawn[:] = MIDDLE
        arrays.par_steps[:] = EPISODE_STEPS
        arrays.more["target"] = np.zeros((n, 2), np.float32)
        return arrays

    def fill(
        self, arrays: LevelArrays, rows: NDArray[np.int64], seeds: NDArray[np.int64], split: str
    ) -> None:
        check_rows(arrays, rows, seeds, SIDE, SIDE)
        low, high = self.parameters.reach
        failed = kernels.fill(
            round(low * MILLION),
            round(high * MILLION),
            rows,
            seeds,
            split_code(split),
            arrays.tiles,
            arrays.more["target"],
            arrays.seed,
            arrays.content_hash,
        )
        if failed >= 0:
            raise ConfigError(
                f"seed {seeds[failed]}: {kernels.TRIES} targets were drawn from {self.parameters} and none "
                f"lies in the split {split!r}. Widen the range."
            )
        arrays.goal[rows] = tiles_of(arrays.more["target"][rows])

    def validate(self, level: Level) -> None:
        """Raises LevelError unless the level is the empty square, with a target inside of it."""
        super().validate(level)
        check_tiles(level, (FLOOR, SPAWN), "a navigation level")
        check_hidden(level, ("target",), "a navigation level")
        if not np.array_equal(level.tiles, _drawing()):
            raise LevelError(
                f"a navigation level is {SIDE} x {SIDE} tiles of floor '.' with the spawn 'S' in the middle."
            )
        target, edge = level.hidden["target"], round(HALF * MILLION)
        if len(target) != 2 or not all(-edge <= x <= edge for x in target):
            raise LevelError(
                f"hidden `target` holds two distances from the middle, right and up, in millionths, {-edge} "
                f"to {edge}; this level has {shortened(list(target))}."
            )

    def pack(self, levels: Sequence[Level]) -> LevelArrays:
        arrays = self.arrays(len(levels))
        for row, level in enumerate(levels):
            self.validate(level)
            arrays.more["target"][row] = np.array(level.hidden["target"]) / MILLION
            arrays.seed[row] = -1 if level.seed is None else level.seed
            arrays.content_hash[row] = level.content_hash
        arrays.goal[:] = tiles_of(arrays.more["target"])
        return arrays

    def measure(self, arrays: LevelArrays) -> NDArray[np.int32]:
        """The steps of an episode where the tiles are those of the square; else -1."""
        if arrays.tiles.shape[1:] != (SIDE, SIDE):
            return np.full(len(arrays), -1, np.int32)
        whole = (arrays.tiles == _drawing()).all((1, 2)) & (arrays.size == SIDE).all(1)
        return np.where(whole, np.int32(EPISODE_STEPS), np.int32(-1))

    def unpack(self, arrays: LevelArrays, row: int) -> Level:
        seed = int(arrays.seed[row])
        millionths = np.rint(arrays.more["target"][row].astype(np.float64) * MILLION).astype(int)
        return Level(
            family=self.name,
            tiles=arrays.tiles[row],
            hidden={"target": tuple(millionths)},
            seed=None if seed < 0 else seed,
        )

    def solve(self, level: Level) -> list[int]:
        """Whole steps towards the target, then rest: 100 of `WAYS`."""
        self.validate(level)
        right, up = (round(x / MILLION / STEP) for x in level.hidden["target"])
        signs = (1 if right > 0 else -1, 1 if up > 0 else -1)
        plan = []
        for t in range(EPISODE_STEPS):
            moves = (signs[0] * (t < abs(right)), signs[1] * (t < abs(up)))
            plan.append(3 * (moves[1] % 3) + moves[0] % 3)
        return plan

    def rules(self, level: Level) -> list[str]:
        """Where the target lies, in words."""
        self.validate(level)
        right, up = (x / MILLION for x in level.hidden["target"])
        sides = (
            f"{abs(right):g} {'right' if right >= 0 else 'left'}",
            f"{abs(up):g} {'up' if up >= 0 else 'down'}",
        )
        return [f"the target lies {' and '.join(sides)} of the middle, of 0.5 to the edge"]

    def mutate(self, level: Level, seed: int) -> Level:
        """Move the target to another place of the square."""
        self.validate(level)
        check_seed(seed)
        stream, edge = np.array([seed], np.uint64), round(HALF * MILLION)
        target = level.hidden["target"]
        while target == level.hidden["target"]:
            target = tuple(int(below(stream, 2 * edge + 1)) - edge for _ in range(2))
        return Level(family=self.name, tiles=level.tiles, hidden={"target": target})

    def realised(self, arrays: LevelArrays) -> dict[str, NDArray[Any]]:
        """How far the target of each level lies from the middle."""
        return {"reach": np.abs(arrays.more["target"]).max(axis=1)}


def tiles_of(place: NDArray[Any]) -> NDArray[np.int32]:
    """Row, from the top, and column [..., 2] of the tiles that places [..., 2] lie in, right and up."""
    tile = np.rint(np.asarray(place, np.float64) * (SIDE - 1)).astype(np.int32)
    return np.stack([MIDDLE - tile[..., 1], MIDDLE + tile[..., 0]], axis=-1)


def _drawing() -> NDArray[np.uint8]:
    """The tiles of every level."""
    tiles = np.full((SIDE, SIDE), FLOOR, np.uint8)
    tiles[MIDDLE, MIDDLE] = SPAWN
    return tiles
