"""The family `alchemy`: the chemistries of Symbolic Alchemy (Wang et al. 2021)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.checks import check_hidden, check_rows, check_seed, check_tiles
from gamemeta_levels.errors import ConfigError, LevelError, shortened
from gamemeta_levels.families.alchemy import kernels
from gamemeta_levels.families.alchemy.chemistry import (
    AXES,
    CONDITIONS,
    CORNERS,
    EPISODE_STEPS,
    OTHER_AXES,
    PERMUTATIONS,
    ROTATIONS,
    first_graphs,
    graphs,
    number_of,
    place_of_number,
)
from gamemeta_levels.family import FamilyAbout, LevelArrays, LevelFamily
from gamemeta_levels.level import Level
from gamemeta_levels.split import split_code
from gamemeta_levels.tiles import FLOOR

HIDDEN = {"graph": CONDITIONS, "potion_map": 2 * AXES, "stone_map": AXES, "rotation": 1}
"""Hidden numbers by name, and how many there are of each."""
TURNS = (
    "not turned",
    "turned about the third axis",
    "turned about the second axis",
    "turned about the first",
)
AXIS_NAMES = ("first", "second", "third")
COLOUR_NAMES = ("green", "red", "yellow", "orange", "turquoise", "pink")


@dataclass(frozen=True, kw_only=True)
class AlchemyParameters:
    """Which chemistries are drawn."""

    conditions: int = 3
    """Most conditions of a graph, 0 to 3, under which stones change. Each number is equally likely."""
    turned: bool = True
    """Whether what is seen of stones may be turned by 45 degrees against the axes that potions work along."""

    def __post_init__(self) -> None:
        if not 0 <= self.conditions <= 3:
            raise ConfigError(f"conditions = {self.conditions}: give 0 to 3.")


class Alchemy(LevelFamily):
    """Chemistries of Symbolic Alchemy. Hidden: `graph`, `potion_map`, `stone_map` and `rotation`.

    What the numbers mean is told in `gamemeta_levels.families.alchemy.chemistry`. A level is drawn as a row
    of eight floor tiles, one for each kind of stone; in arrays `more` has the four names, int8 [N, ...].

    Args:
        parameters: what to draw from.
    """

    name = "alchemy"
    about = FamilyAbout(action_names=())

    def __init__(self, parameters: AlchemyParameters | None = None) -> None:
        self.parameters = parameters or AlchemyParameters()

    def far(self) -> "Alchemy":
        """No family: every chemistry can be drawn in training.

        Raises:
            ConfigError: always.
        """
        raise ConfigError(
            "there are no far chemistries: every one can be drawn in training. Choose another split, such as "
            "`test`."
        )

    def arrays(self, n: int) -> LevelArrays:
        arrays = LevelArrays.empty(n, 1, CORNERS)
        arrays.tiles[:] = FLOOR
        arrays.size[:] = 1, CORNERS
        arrays.par_steps[:] = EPISODE_STEPS
        for name, count in HIDDEN.items():
            arrays.more[name] = np.zeros((n, count) if count > 1 else n, np.int8)
        return arrays

    def fill(
        self, arrays: LevelArrays, rows: NDArray[np.int64], seeds: NDArray[np.int64], split: str
    ) -> None:
        check_rows(arrays, rows, seeds, 1, CORNERS)
        failed = kernels.fill(
            graphs(),
            first_graphs()[: self.parameters.conditions + 2],
            self.parameters.turned,
            rows,
            seeds,
            split_code(split),
            arrays.tiles,
            *(arrays.more[name] for name in HIDDEN),
            arrays.seed,
            arrays.content_hash,
        )
        if failed >= 0:
            raise ConfigError(
                f"seed {seeds[failed]}: {kernels.TRIES} chemistries were drawn and none lies in the split "
                f"{split!r}."
            )

    def validate(self, level: Level) -> None:
        """Raises LevelError unless the level is a row of eight tiles with a chemistry."""
        super().validate(level)
        check_tiles(level, (FLOOR,), "a chemistry")
        check_hidden(level, tuple(HIDDEN), "a chemistry")
        if (level.height, level.width) != (1, CORNERS):
            raise LevelError(
                f"a chemistry is one row of {CORNERS} tiles, one for each kind of stone; this one is "
                f"{level.height} x {level.width}."
            )
        for name, count in HIDDEN.items():
            if len(level.hidden[name]) != count:
                raise LevelError(
                    f"hidden `{name}` holds {count} numbers; this level has {len(level.hidden[name])}."
                )
        _check_numbers(level)

    def pack(self, levels: Sequence[Level]) -> LevelArrays:
        arrays = self.arrays(len(levels))
        for row, level in enumerate(levels):
            self.validate(level)
            for name in HIDDEN:
                arrays.more[name][row] = np.array(level.hidden[name]).reshape(arrays.more[name][row].shape)
            arrays.seed[row] = -1 if level.seed is None else level.seed
            arrays.content_hash[row] = level.content_hash
        return arrays

    def measure(self, arrays: LevelArrays) -> NDArray[np.int32]:
        """The steps of an episode where every tile is a kind of stone; else -1."""
        whole = (arrays.tiles == FLOOR).all((1, 2)) & (arrays.size == arrays.tiles.shape[1:]).all(1)
        return np.where(whole, np.int32(EPISODE_STEPS), np.int32(-1))

    def unpack(self, arrays: LevelArrays, row: int) -> Level:
        seed = int(arrays.seed[row])
        hidden = {name: tuple(np.ravel(arrays.more[name][row]).astype(int).tolist()) for name in HIDDEN}
        return Level(
            family=self.name, tiles=arrays.tiles[row], hidden=hidden, seed=None if seed < 0 else seed
        )

    def solve(self, level: Level) -> list[int]:
        """Doing nothing for an episode: what is best depends on stones and potions, which chance draws."""
        self.validate(level)
        return [0] * EPISODE_STEPS

    def rules(self, level: Level) -> list[str]:
        """What each pair of potions does, when, and how stones are seen, in words."""
        self.validate(level)
        potions, stones = np.array(level.hidden["potion_map"]), np.array(level.hidden["stone_map"])
        lines = []
        for pair in range(AXES):
            axis = int(potions[pair])
            up = 2 * pair + int(kernels.direction_of(potions, 2 * pair + 1) > 0)
            lines.append(
                f"{COLOUR_NAMES[up]} improves a stone along the {AXIS_NAMES[axis]} axis, "
                f"{COLOUR_NAMES[up ^ 1]} undoes it{_condition(level.hidden['graph'], axis)}"
            )
        sides = ", ".join(
            f"the {name} axis {'up' if side > 0 else 'down'}"
            for name, side in zip(AXIS_NAMES, stones, strict=True)
        )
        lines.append(f"stones are better {sides}; what is seen is {TURNS[level.hidden['rotation'][0]]}")
        return lines

    def mutate(self, level: Level, seed: int) -> Level:
        """Draw what potions do anew."""
        self.validate(level)
        check_seed(seed)
        stream, drawn = np.array([seed], np.uint64), np.zeros(2 * AXES, np.int64)
        while True:
            kernels.draw_potion_map(stream, drawn)
            changed = Level(
                family=self.name,
                tiles=level.tiles,
                hidden={**level.hidden, "potion_map": tuple(drawn.tolist())},
            )
            if changed != level:
                return changed


def _condition(graph: tuple[int, ...], axis: int) -> str:
    needs = [
        f"{'good' if graph[2 * axis + k] > 0 else 'bad'} along the {AXIS_NAMES[int(other)]}"
        for k, other in enumerate(OTHER_AXES[axis])
        if graph[2 * axis + k]
    ]
    return f", for stones that are {' and '.join(needs)}" if needs else ""


def _check_numbers(level: Level) -> None:
    """Raises LevelError where hidden numbers are out of range."""
    hidden = level.hidden
    graph, potions = hidden["graph"], hidden["potion_map"]
    fits = all(-1 <= need <= 1 for need in graph)
    if not fits or place_of_number()[number_of(np.array(graph, np.int64))] < 0:
        raise LevelError(
            f"hidden `graph` is {shortened(list(graph))}: {CONDITIONS} numbers, each -1, 0 or 1, that leave "
            "a way from every stone to every other."
        )
    if list(potions[:AXES]) not in PERMUTATIONS.tolist() or any(
        side not in (-1, 1) for side in potions[AXES:]
    ):
        raise LevelError(
            f"hidden `potion_map` is {shortened(list(potions))}: give the axes 0, 1, 2 in any order, then "
            "three directions, -1 or 1."
        )
    if any(side not in (-1, 1) for side in hidden["stone_map"]):
        raise LevelError(
            f"hidden `stone_map` is {shortened(list(hidden['stone_map']))}: give three sides, -1 or 1."
        )
    if not 0 <= hidden["rotation"][0] < ROTATIONS:
        raise LevelError(f"hidden `rotation` is {hidden['rotation'][0]}: give 0 to {ROTATIONS - 1}.")
