"""The family `arena`: fair maps for several players, and scripted players with hidden styles of play."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.checks import check_hidden, check_rows, check_seed, check_tiles
from gamemeta_levels.errors import ConfigError, LevelError, UnsolvableLevel, shortened
from gamemeta_levels.families.arena import kernels
from gamemeta_levels.families.arena.parameters import LEAST_SIDE, MOST_SIDE, ArenaParameters
from gamemeta_levels.families.arena.styles import STYLE_SIZE, THOUSAND
from gamemeta_levels.family import LevelArrays, LevelFamily
from gamemeta_levels.kernel import below
from gamemeta_levels.level import Level
from gamemeta_levels.split import split_code
from gamemeta_levels.tiles import (
    ARENA_TILES,
    COVER,
    EXIT_1,
    EXIT_4,
    FLOOR,
    GLYPHS,
    GOAL,
    LOAD,
    MOVES,
    NAMES,
    SPAWN,
    WALL,
)

__all__ = ["Arena", "ArenaParameters"]

EXITS = tuple(range(EXIT_1, EXIT_4 + 1))
ONCE = {SPAWN: kernels.SPAWNS, GOAL: 1, **dict.fromkeys(EXITS, 1)}
"""How often an arena has what it must have."""
RULES = ("style", "skill")
"""Names of what is hidden."""
CHANGEABLE = (WALL, FLOOR, COVER)
TRIES = 1000
"""Changes tried before a level counts as one that has none."""


class Arena(LevelFamily):
    """Arenas. Hidden: the style of the others, eight values, and their skill, in thousandths.

    An arena has a middle `G`, four spawns `S` and four exits `1` to `4` in its outer walls. What was
    generated looks the same from both sides but for the colours of the exits; drawn arenas may be uneven.
    Held out are styles: that of a level is of the level's own split (see
    `gamemeta_levels.families.arena.styles`).

    The plan of an arena is a shortest way from the first spawn, in reading order, to the middle: what it
    means to win is for each game to say. In `LevelArrays`, `distance` are steps to the middle, and `more`
    has `spots` int32 [N, 8, 2], the spawns in reading order and the exits by colour, and `others` int64
    [N, 9], their style and skill.

    Args:
        parameters: the ranges to draw from.
        loads: how many loads a given level must have, for games that need them; None for any number.
    """

    name = "arena"

    def __init__(self, parameters: ArenaParameters | None = None, loads: int | None = None) -> None:
        self.parameters = parameters or ArenaParameters()
        self.loads = loads

    def far(self) -> "Arena":
        """Larger arenas with others more extreme than any trained with.

        Raises:
            ConfigError: there is nothing outside.
        """
        return Arena(self.parameters.far(), self.loads)

    def arrays(self, n: int) -> LevelArrays:
        return _empty(n, self.parameters.height[1], self.parameters.width[1])

    def fill(
        self, arrays: LevelArrays, rows: NDArray[np.int64], seeds: NDArray[np.int64], split: str
    ) -> None:
        p = self.parameters
        check_rows(arrays, rows, seeds, p.height[1], p.width[1], room=True)
        failed = kernels.fill(
            p.ranges(),
            p.others(),
            rows,
            seeds,
            split_code(split),
            arrays.tiles,
            arrays.size,
            arrays.more["spots"],
            arrays.par_steps,
            arrays.distance,
            arrays.more["others"],
            arrays.seed,
            arrays.content_hash,
        )
        if failed >= 0:
            raise ConfigError(
                f"seed {seeds[failed]}: {kernels.MAPS} arenas were drawn from {p} and none had room for all "
                f"in the split {split!r}. Make them larger, put less into them, or widen the ranges."
            )
        _name_ends(arrays, rows)

    def validate(self, level: Level) -> None:
        """Raises LevelError where the level is malformed, or lacks what the game needs."""
        super().validate(level)
        check_tiles(level, ARENA_TILES, "an arena")
        _check_shape(level)
        for code, count in ONCE.items():
            drawn = len(level.find(code))
            if drawn != count:
                raise LevelError(
                    f"an arena has {count} of {NAMES[code]!r} {GLYPHS[code]!r}; this one has {drawn}."
                )
        if level.find(GOAL) != [(level.height // 2, level.width // 2)]:
            raise LevelError("the goal 'G' of an arena stands in its middle.")
        loads = len(level.find(LOAD))
        if self.loads is not None and loads != self.loads:
            raise LevelError(f"an arena for this game has {self.loads} loads 'L'; this one has {loads}.")
        _check_edge(level)
        _check_others(level)

    def pack(self, levels: Sequence[Level]) -> LevelArrays:
        """As `LevelFamily.pack`; a level without others gets a style drawn from its tiles' hash."""
        for level in levels:
            self.validate(level)
        height = max((level.height for level in levels), default=1)
        width = max((level.width for level in levels), default=1)
        arrays = _empty(len(levels), height, width)
        for row, drawn in enumerate(levels):
            level = self._with_others(drawn)
            arrays.tiles[row, : level.height, : level.width] = level.tiles
            arrays.size[row] = level.tiles.shape
            arrays.more["others"][row] = (*level.hidden["style"], *level.hidden["skill"])
            arrays.seed[row] = -1 if level.seed is None else level.seed
            arrays.content_hash[row] = level.content_hash
        _measure_into(arrays)
        if (arrays.par_steps < 0).any():
            raise UnsolvableLevel(
                "some tile of this arena has no way to the middle. Open a way of floor '.', or wall it up."
            )
        _name_ends(arrays, np.arange(len(levels)))
        return arrays

    def measure(self, arrays: LevelArrays) -> NDArray[np.int32]:
        measured = _empty(len(arrays), *arrays.tiles.shape[1:])
        measured.tiles, measured.size = arrays.tiles, arrays.size
        _measure_into(measured)
        return measured.par_steps

    def unpack(self, arrays: LevelArrays, row: int) -> Level:
        height, width = arrays.size[row]
        seed, others = int(arrays.seed[row]), arrays.more["others"][row]
        return Level(
            family=self.name,
            tiles=arrays.tiles[row, :height, :width],
            hidden={"style": tuple(others[:STYLE_SIZE]), "skill": tuple(others[STYLE_SIZE:])},
            seed=None if seed < 0 else seed,
        )

    def solve(self, level: Level) -> list[int]:
        """A shortest way from the first spawn to the middle."""
        arrays = self.pack([level])
        distance = arrays.distance[0].astype(int)
        (row, column), plan = arrays.spawn[0], []
        while distance[row, column]:
            for action, (down, right) in enumerate(MOVES):
                if distance[row + down, column + right] == distance[row, column] - 1:
                    plan.append(action)
                    row, column = row + down, column + right
                    break
        return plan

    def mutate(self, level: Level, seed: int) -> Level:
        """Open, close or cover an inner tile and its counterpart, or change one value of the style."""
        self.pack([level])
        check_seed(seed)
        level, stream = self._with_others(level), np.array([seed], np.uint64)
        for _ in range(TRIES):
            changed = _one_change(level, stream)
            if changed == level:
                continue
            try:
                self.pack([changed])
            except UnsolvableLevel:
                continue
            return changed
        raise LevelError("no change keeps this level solvable: it has no inner tile to change.")

    def rules(self, level: Level) -> list[str]:
        """Style and skill of the others, as shares."""
        hidden = self._with_others(level).hidden
        style = ", ".join(f"{value / THOUSAND:.2f}" for value in hidden["style"])
        return [f"the others' style: {style}", f"the others' skill: {hidden['skill'][0] / THOUSAND:.2f}"]

    def drawn_rules(self, level: Level) -> tuple[str, ...]:
        """Style and skill of the others, where the level has none."""
        return () if level.hidden else RULES

    def _with_others(self, level: Level) -> Level:
        if level.hidden:
            return level
        others = np.zeros(STYLE_SIZE + 1, np.int64)
        kernels.draw_others(self.parameters.others(), np.array([level.content_hash], np.uint64), others)
        hidden = {"style": tuple(others[:STYLE_SIZE]), "skill": tuple(others[STYLE_SIZE:])}
        return Level(family=level.family, tiles=level.tiles, hidden=hidden, seed=level.seed)


def _one_change(level: Level, stream: NDArray[np.uint64]) -> Level:
    """A change that may leave everything as it is, or make the level unsolvable."""
    tiles, style = level.tiles.copy(), list(level.hidden["style"])
    if below(stream, 4) == 0:
        style[below(stream, STYLE_SIZE)] = int(below(stream, THOUSAND))
    else:
        row, column = 1 + below(stream, level.height - 2), 1 + below(stream, level.width - 2)
        kind = CHANGEABLE[below(stream, len(CHANGEABLE))]
        for place in ((row, column), (level.height - 1 - row, level.width - 1 - column)):
            if tiles[place] in CHANGEABLE:
                tiles[place] = kind
    return Level(family=level.family, tiles=tiles, hidden={**level.hidden, "style": tuple(style)})


def _empty(n: int, height: int, width: int) -> LevelArrays:
    arrays = LevelArrays.empty(n, height, width)
    arrays.more["spots"] = np.full((n, kernels.SPOTS, 2), -1, np.int32)
    arrays.more["others"] = np.zeros((n, STYLE_SIZE + 1), np.int64)
    return arrays


def _measure_into(arrays: LevelArrays) -> None:
    kernels.measure(arrays.tiles, arrays.size, arrays.more["spots"], arrays.par_steps, arrays.distance)


def _name_ends(arrays: LevelArrays, rows: NDArray[np.int64]) -> None:
    """Spawn and goal of these rows: the first spawn and the middle."""
    arrays.spawn[rows] = arrays.more["spots"][rows, 0]
    arrays.goal[rows] = arrays.size[rows] // 2


def _check_shape(level: Level) -> None:
    fits = min(level.tiles.shape) >= LEAST_SIDE and max(level.tiles.shape) <= MOST_SIDE
    if not fits or not (level.height % 2 and level.width % 2):
        raise LevelError(
            f"an arena has a middle, and sides of {LEAST_SIDE} to {MOST_SIDE} tiles: draw an odd number of "
            f"rows and of columns; this one is {level.height} x {level.width}."
        )


def _check_edge(level: Level) -> None:
    for row, column in np.argwhere(~np.isin(level.tiles, (WALL, *EXITS))):
        if row in (0, level.height - 1) or column in (0, level.width - 1):
            raise LevelError(f"row {row + 1}, column {column + 1}: the edge of an arena is wall or exits.")


def _check_others(level: Level) -> None:
    if not level.hidden:
        check_hidden(level, (), "an arena")
        return
    check_hidden(level, RULES, "an arena")
    style, skill = level.hidden["style"], level.hidden["skill"]
    if len(style) != STYLE_SIZE or not all(0 <= value < THOUSAND for value in style):
        raise LevelError(
            f"a style is {STYLE_SIZE} numbers from 0 to {THOUSAND - 1}; this one is {shortened(list(style))}."
        )
    if len(skill) != 1 or not 0 <= skill[0] <= THOUSAND:
        raise LevelError(f"skill is one number from 0 to {THOUSAND}; this one is {shortened(list(skill))}.")
