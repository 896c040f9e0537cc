"""The family `xland`: rulesets of XLand-MiniGrid (Nikulin et al. 2023) in grids of one to nine rooms."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.checks import check_hidden, check_rows, check_seed
from gamemeta_levels.errors import ConfigError, LevelError
from gamemeta_levels.families.draws import Draws
from gamemeta_levels.families.xland import encoding as e
from gamemeta_levels.families.xland.parameters import XLandParameters
from gamemeta_levels.families.xland.plan import plan_of
from gamemeta_levels.families.xland.recolour import recoloured
from gamemeta_levels.families.xland.rooms import MOST_DOORS, doors_of, rooms_in, walls_of
from gamemeta_levels.families.xland.rulesets import (
    MOST_RULES,
    MOST_THINGS,
    TASK_SETS,
    Ruleset,
    draw_ruleset,
)
from gamemeta_levels.families.xland.words import rules_of
from gamemeta_levels.family import FamilyAbout, LevelArrays, LevelFamily
from gamemeta_levels.hash_kernels import finished, hash_of_tiles, name_bytes, with_numbers
from gamemeta_levels.level import Level
from gamemeta_levels.split import ANY, SPLITS, split_code, split_of
from gamemeta_levels.tiles import FLOOR

__all__ = ["XLand", "XLandParameters"]

TRIES = 10_000
"""Draws after which a seed is given up; one draw in ten hits the rarest split."""
STEPS_PER_TILE = 3
"""Steps of an episode for each tile of the grid, as in the original."""
ACTION_NAMES = ("forward", "turn right", "turn left", "pick up", "put down", "toggle")
HARDER = dict(zip(list(TASK_SETS)[:-1], list(TASK_SETS)[1:], strict=True))
"""The next deeper task set."""
HIDDEN = ("goal", "rules", "things")
_NAMES = tuple(name_bytes(name) for name in HIDDEN)


class XLand(LevelFamily):
    """Rulesets. Hidden: `goal` (kind and two tiles), `rules` (kind, two tiles and what is made, for each) and
    `things`, the tiles that lie about at first. A tile is shape * 12 + colour: see `encoding`.

    A level says nothing of where things are: that is drawn for each episode. Its map shows the walls of its
    rooms; doors are drawn with the layout. In arrays, `more` has `goal` uint8 [N, 3],
    `rules` uint8 [N, 18, 4], `things` uint8 [N, 25] and `doors` int32 [N, 12, 4] (see `rooms.doors_of`), with
    zeros behind the last.

    Args:
        parameters: what to draw from.
    """

    name = "xland"
    about = FamilyAbout(action_names=ACTION_NAMES)

    def __init__(self, parameters: XLandParameters | None = None) -> None:
        self.parameters = parameters or XLandParameters()

    def far(self) -> "XLand":
        """Rulesets of the next deeper task set, on the same grid.

        Raises:
            ConfigError: there is none.
        """
        p = self.parameters
        if p.tasks not in HARDER:
            raise ConfigError(
                f"there are no far levels of tasks = {p.tasks}: no task set is deeper. Choose another split."
            )
        return XLand(XLandParameters(tasks=HARDER[p.tasks], rooms=p.rooms, side=p.side))

    def arrays(self, n: int) -> LevelArrays:
        arrays = _empty(n, self.parameters.side)
        self._put_walls(arrays, slice(None))
        return arrays

    def fill(
        self, arrays: LevelArrays, rows: NDArray[np.int64], seeds: NDArray[np.int64], split: str
    ) -> None:
        side = self.parameters.side
        check_rows(arrays, rows, seeds, side, side, room=True)
        split_code(split)
        self._put_walls(arrays, rows)
        tiles = walls_of(self.parameters.rooms, side)
        begun = hash_of_tiles(tiles, side, side)
        task_set = TASK_SETS[self.parameters.tasks]
        for row, seed in zip(rows.tolist(), seeds.tolist(), strict=True):
            for attempt in range(TRIES):
                ruleset = draw_ruleset(task_set, Draws(seed, attempt))
                content = _hash(begun, ruleset)
                if SPLITS[split] == ANY or split_of(content) == split:
                    break
            else:
                raise ConfigError(f"seed {seed} drew no level of {split!r}. Choose another seed.")
            _put(ruleset, arrays, row)
            arrays.seed[row], arrays.content_hash[row] = seed, content

    def validate(self, level: Level) -> None:
        """Raises LevelError unless the level is a grid of rooms with a ruleset."""
        super().validate(level)
        if rooms_in(level.tiles) is None:
            raise LevelError(
                f"these {level.height} x {level.width} tiles are no grid of rooms. `gamemeta levels new "
                "xland --out one.json` makes one; doors and things are no part of it."
            )
        check_hidden(level, HIDDEN, "a level of `xland`")
        _check_ruleset(level)

    def pack(self, levels: Sequence[Level]) -> LevelArrays:
        for level in levels:
            self.validate(level)
        arrays = _empty(len(levels), max((level.height for level in levels), default=self.parameters.side))
        for row, level in enumerate(levels):
            side = level.height
            arrays.tiles[row, :side, :side] = level.tiles
            arrays.size[row] = side
            arrays.par_steps[row] = STEPS_PER_TILE * side * side
            doors = doors_of(rooms_in(level.tiles) or 1, side)
            arrays.more["doors"][row, : len(doors)] = doors
            _put(ruleset_of(level), arrays, row)
            arrays.seed[row] = -1 if level.seed is None else level.seed
            arrays.content_hash[row] = level.content_hash
        return arrays

    def measure(self, arrays: LevelArrays) -> NDArray[np.int32]:
        """Steps [N] of an episode, -1 where the tiles are no grid of rooms: plans depend on the layout."""
        steps = np.full(len(arrays), -1, np.int32)
        for row in range(len(arrays)):
            height, width = arrays.size[row].tolist()
            if rooms_in(arrays.tiles[row, :height, :width]) is not None:
                steps[row] = STEPS_PER_TILE * height * width
        return steps

    def unpack(self, arrays: LevelArrays, row: int) -> Level:
        height, width = arrays.size[row]
        seed = int(arrays.seed[row])
        rules, things = arrays.more["rules"][row], arrays.more["things"][row]
        hidden = {
            "goal": arrays.more["goal"][row],
            "rules": rules[: int(np.count_nonzero(rules[:, 0]))].reshape(-1),
            "things": things[: int(np.count_nonzero(things))],
        }
        return Level(
            family=self.name,
            tiles=arrays.tiles[row, :height, :width],
            hidden={name: tuple(values.tolist()) for name, values in hidden.items()},
            seed=None if seed < 0 else seed,
        )

    def solve(self, level: Level) -> list[int]:
        """The plan of a bounded search for the layout that the level has where layouts are kept.

        Raises:
            UnsolvableLevel: the search found none.
        """
        arrays = self.pack([level])
        return plan_of(arrays, 0, int(arrays.par_steps[0]))

    def rules(self, level: Level) -> list[str]:
        """Goal, rules and things in words."""
        self.validate(level)
        return rules_of(ruleset_of(level))

    def mutate(self, level: Level, seed: int) -> Level:
        """Exchange one tile of the ruleset, wherever it stands, for one that it does not have."""
        self.validate(level)
        check_seed(seed)
        changed = recoloured(ruleset_of(level), Draws(seed))
        return Level(family=self.name, tiles=level.tiles, hidden=hidden_of(changed))

    def realised(self, arrays: LevelArrays) -> dict[str, NDArray[Any]]:
        """The sides of the grids."""
        return {"side": arrays.size[:, 0]}

    def _put_walls(self, arrays: LevelArrays, rows: NDArray[np.int64] | slice) -> None:
        side = self.parameters.side
        arrays.tiles[rows] = 0
        arrays.tiles[rows, :side, :side] = walls_of(self.parameters.rooms, side)
        arrays.size[rows] = side
        arrays.par_steps[rows] = STEPS_PER_TILE * side * side
        doors = doors_of(self.parameters.rooms, side)
        arrays.more["doors"][rows] = 0
        arrays.more["doors"][rows, : len(doors)] = doors


def ruleset_of(level: Level) -> Ruleset:
    """The ruleset of a level that has been validated."""
    goal, rules = level.hidden["goal"], level.hidden["rules"]
    return Ruleset(
        goal=(goal[0], goal[1], goal[2]),
        rules=tuple((rules[k], rules[k + 1], rules[k + 2], rules[k + 3]) for k in range(0, len(rules), 4)),
        things=level.hidden["things"],
    )


def hidden_of(ruleset: Ruleset) -> dict[str, tuple[int, ...]]:
    """A ruleset as the hidden numbers of a level."""
    rules = tuple(number for rule in ruleset.rules for number in rule)
    return {"goal": ruleset.goal, "rules": rules, "things": ruleset.things}


def _empty(n: int, side: int) -> LevelArrays:
    arrays = LevelArrays.empty(n, side, side)
    arrays.spawn[:] = arrays.goal[:] = 1
    arrays.more["goal"] = np.zeros((n, 3), np.uint8)
    arrays.more["rules"] = np.zeros((n, MOST_RULES, 4), np.uint8)
    arrays.more["things"] = np.zeros((n, MOST_THINGS), np.uint8)
    arrays.more["doors"] = np.zeros((n, MOST_DOORS, 4), np.int32)
    return arrays


def _put(ruleset: Ruleset, arrays: LevelArrays, row: int) -> None:
    goal, rules, things = (arrays.more[name][row] for name in HIDDEN)
    goal[:], rules[:], things[:] = ruleset.goal, 0, 0
    if ruleset.rules:
        rules[: len(ruleset.rules)] = ruleset.rules
    things[: len(ruleset.things)] = ruleset.things


def _hash(begun: Any, ruleset: Ruleset) -> int:
    """`Level.content_hash` of a ruleset on the tiles whose hash was begun."""
    for name, numbers in zip(_NAMES, hidden_of(ruleset).values(), strict=True):
        begun = with_numbers(np.uint64(begun), name, np.array(numbers, np.int64))
    return int(finished(np.uint64(begun)))


def _check_ruleset(level: Level) -> None:
    """Raises LevelError for a goal, rules or things that cannot be."""
    goal, rules, things = (level.hidden[name] for name in HIDDEN)
    if len(goal) != 3:
        raise LevelError(f"hidden `goal` is a kind and two tiles, 3 numbers; this level has {len(goal)}.")
    if len(rules) % 4 or len(rules) > 4 * MOST_RULES:
        raise LevelError(
            f"hidden `rules` has 4 numbers (kind, two tiles, what is made) for each of at most {MOST_RULES} "
            f"rules; this level has {len(rules)} numbers."
        )
    if len(things) > MOST_THINGS:
        raise LevelError(f"hidden `things` are at most {MOST_THINGS} tiles; this level has {len(things)}.")
    for name in HIDDEN:
        for number in level.hidden[name]:
            if not 0 <= number < e.SHAPES * e.COLOURS:
                raise LevelError(
                    f"hidden `{name}`: there is no tile {number}. Tiles are shape * {e.COLOURS} + colour, "
                    f"0 to {e.SHAPES * e.COLOURS - 1}."
                )
    e.check_goals(np.array([goal], np.uint8))
    e.check_rules(np.array(rules, np.uint8).reshape(-1, 4))
    e.check_things(np.array(things, np.uint8))
    floor = int(np.count_nonzero(level.tiles == FLOOR))
    if len(things) >= floor:
        raise LevelError(
            f"{len(things)} things and the agent do not fit onto {floor} tiles of floor. Leave some out."
        )
