"""The family `dungeon`: rooms or caves, things with effects drawn anew for every level, a locked exit."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.checks import check_rows, check_seed
from gamemeta_levels.errors import ConfigError, UnsolvableLevel
from gamemeta_levels.families.dungeon.change import changed_level
from gamemeta_levels.families.dungeon.drawn import (
    NAME,
    check,
    hidden_of,
    hidden_row,
    unsolvable_message,
    with_rules,
)
from gamemeta_levels.families.dungeon.maps import level_kernels as kernels
from gamemeta_levels.families.dungeon.parameters import DungeonParameters
from gamemeta_levels.families.dungeon.planner.planner import best_plan, default_limit
from gamemeta_levels.families.dungeon.rules.constants import HIDDEN, HIDDEN_SIZE, STEPS_PER_TILE
from gamemeta_levels.families.dungeon.words import realised, rules_of
from gamemeta_levels.family import UNREACHABLE, LevelArrays, LevelFamily
from gamemeta_levels.level import Level
from gamemeta_levels.split import split_code
from gamemeta_levels.tiles import GOAL, SPAWN

__all__ = ["Dungeon", "DungeonParameters"]


class Dungeon(LevelFamily):
    """Dungeons. Hidden: what potions and scrolls do, which key opens which door, which monsters are harmless,
    and, where parameters say so, what each action does.

    Every generated level can be escaped under any rules: a way that steps on no thing but the right key leads
    from the spawn to each key and on to the exit, and the hero lives to the end of it even where all monsters
    are harmful. Rules are drawn apart from the map, each as likely as any other.

    In `LevelArrays`, `distance` are steps to the exit with its door open; `more` has `key_distance` uint16
    [N, H, W], steps to the key that opens it, and `hidden` uint8 [N, 17], the rules in the order of
    `rules.constants.HIDDEN`. Both distances go around what hurts, hinders or moves one elsewhere, and are
    UNREACHABLE there.

    Args:
        parameters: the ranges to draw from.
        steps_per_tile: limit of the clock for each tile of a level's area, which is what plans are made for.
    """

    name = NAME

    def __init__(
        self, parameters: DungeonParameters | None = None, steps_per_tile: float = STEPS_PER_TILE
    ) -> None:
        self.parameters = parameters or DungeonParameters()
        self.steps_per_tile = steps_per_tile

    def far(self) -> "Dungeon":
        """Dungeons 2 to 4 tiles larger on each side than any trained on, with more monsters and traps.

        Raises:
            ConfigError: there are no larger dungeons.
        """
        return Dungeon(self.parameters.far(), self.steps_per_tile)

    def arrays(self, n: int) -> LevelArrays:
        return _empty(n, self.parameters.height[1], self.parameters.width[1])

    def fill(
        self, arrays: LevelArrays, rows: NDArray[np.int64], seeds: NDArray[np.int64], split: str
    ) -> None:
        p = self.parameters
        check_rows(arrays, rows, seeds, p.height[1], p.width[1], room=True)
        failed = kernels.fill(
            self.parameters.ranges(),
            self.parameters.settings(),
            rows,
            seeds,
            split_code(split),
            arrays.tiles,
            arrays.size,
            arrays.spawn,
            arrays.goal,
            arrays.par_steps,
            arrays.distance,
            arrays.more["key_distance"],
            arrays.more["hidden"],
            arrays.seed,
            arrays.content_hash,
        )
        if failed >= 0:
            raise ConfigError(
                f"seed {seeds[failed]}: {kernels.TRIES} dungeons were drawn from {self.parameters} and none "
                "had room for everything. Make them larger, or put less into them."
            )

    def validate(self, level: Level) -> None:
        """Raises LevelError, with row and column, unless the rules can play the level."""
        super().validate(level)
        check(level)

    def pack(self, levels: Sequence[Level]) -> LevelArrays:
        """As `LevelFamily.pack`; a level without hidden rules gets those drawn from its tiles' hash."""
        for level in levels:
            self.validate(level)
        height = max((level.height for level in levels), default=1)
        width = max((level.width for level in levels), default=1)
        arrays = _empty(len(levels), height, width)
        for row, drawn in enumerate(levels):
            level = with_rules(drawn, self.parameters.shuffled_moves)
            arrays.tiles[row, : level.height, : level.width] = level.tiles
            arrays.size[row] = level.tiles.shape
            arrays.spawn[row] = level.find(SPAWN)[0]
            arrays.goal[row] = level.find(GOAL)[0]
            arrays.more["hidden"][row] = hidden_row(level)
            arrays.seed[row] = -1 if level.seed is None else level.seed
            arrays.content_hash[row] = level.content_hash
        _measure_into(arrays)
        for row in np.flatnonzero(arrays.par_steps < 0):
            raise UnsolvableLevel(unsolvable_message(self.unpack(arrays, row)))
        return arrays

    def measure(self, arrays: LevelArrays) -> NDArray[np.int32]:
        """Steps [N] of the way from the spawn to the right key and on to the exit, -1 where there is none.

        It trusts `tiles`, `size` and the hidden rules alone.
        """
        flat = arrays.tiles.reshape(len(arrays), -1)
        once = np.ones(len(arrays), np.bool_)
        measured = _empty(len(arrays), *arrays.tiles.shape[1:])
        measured.tiles, measured.size, measured.more["hidden"] = (
            arrays.tiles,
            arrays.size,
            arrays.more["hidden"],
        )
        for code, place in ((SPAWN, measured.spawn), (GOAL, measured.goal)):
            once &= np.count_nonzero(flat == code, axis=1) == 1
            place[:] = np.stack(np.divmod(np.argmax(flat == code, axis=1), arrays.tiles.shape[2]), axis=1)
        _measure_into(measured)
        return np.where(once, measured.par_steps, np.int32(-1))

    def unpack(self, arrays: LevelArrays, row: int) -> Level:
        height, width = arrays.size[row]
        seed = int(arrays.seed[row])
        return Level(
            family=self.name,
            tiles=arrays.tiles[row, :height, :width],
            hidden=hidden_of(arrays.more["hidden"][row]),
            seed=None if seed < 0 else seed,
        )

    def solve(self, level: Level) -> list[int]:
        """The plan of `planner`, which knows the hidden rules."""
        arrays = self.pack([level])
        return best_plan(arrays, default_limit(arrays, self.steps_per_tile))

    def mutate(self, level: Level, seed: int) -> Level:
        """Dig or wall up a tile, move a thing, exchange one for another of its kind, or redraw some rules.

        A level that can be escaped under any rules stays so; any other stays solvable.
        """
        self.pack([level])
        check_seed(seed)
        return changed_level(self, with_rules(level, self.parameters.shuffled_moves), seed)

    def rules(self, level: Level) -> list[str]:
        """The hidden rules in words."""
        self.validate(level)
        return rules_of(with_rules(level, self.parameters.shuffled_moves))

    def drawn_rules(self, level: Level) -> tuple[str, ...]:
        """All, where the level has none."""
        return () if level.hidden else tuple(HIDDEN)

    def realised(self, arrays: LevelArrays) -> dict[str, NDArray[Any]]:
        """Values of the parameters that levels realise, arrays [N] by name."""
        return realised(arrays)

    def redrawn_rules(self, arrays: LevelArrays, rows: NDArray[np.int64], seed: int) -> LevelArrays:
        """A copy in which these rows have new hidden rules on the same map; all stay solvable.

        The rules of rows[k] depend on (seed, k) alone. These levels have no seed any more, and may lie in
        another split.
        """
        check_seed(seed)
        fresh = arrays.take(slice(None))
        kernels.redraw(
            rows,
            seed,
            self.parameters.shuffled_moves,
            fresh.tiles,
            fresh.size,
            fresh.more["hidden"],
            fresh.content_hash,
        )
        fresh.seed[rows] = -1
        changed = fresh.take(rows)
        _measure_into(changed)
        fresh.par_steps[rows], fresh.distance[rows] = changed.par_steps, changed.distance
        fresh.more["key_distance"][rows] = changed.more["key_distance"]
        return fresh


def _empty(n: int, height: int, width: int) -> LevelArrays:
    arrays = LevelArrays.empty(n, height, width)
    arrays.more["key_distance"] = np.full((n, height, width), UNREACHABLE, np.uint16)
    arrays.more["hidden"] = np.zeros((n, HIDDEN_SIZE), np.uint8)
    return arrays


def _measure_into(arrays: LevelArrays) -> None:
    kernels.measure(
        arrays.tiles,
        arrays.size,
        arrays.spawn,
        arrays.goal,
        arrays.more["hidden"],
        arrays.par_steps,
        arrays.distance,
        arrays.more["key_distance"],
    )
