"""The family `bandit`: arms that pay 1 with a hidden chance each, and 0 otherwise (Duan et al. 2016)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.checks import (
    MILLION,
    check_hidden,
    check_rows,
    check_seed,
    check_tiles,
)
from gamemeta_levels.errors import ConfigError, LevelError, shortened
from gamemeta_levels.families.bandit import kernels
from gamemeta_levels.family import FamilyAbout, LevelArrays, LevelFamily
from gamemeta_levels.kernel import below
from gamemeta_levels.level import MAX_SIDE, Level
from gamemeta_levels.split import split_code
from gamemeta_levels.tiles import FLOOR

FEWEST_ARMS = 2


@dataclass(frozen=True, kw_only=True)
class BanditParameters:
    """Ranges that a bandit is drawn from, both ends included."""

    probability: tuple[float, float] = (0.0, 1.0)
    """Chance that an arm pays, drawn for each arm."""

    def __post_init__(self) -> None:
        low, high = self.probability
        if not 0.0 <= low <= high <= 1.0:
            raise ConfigError(f"probability = {low}..{high}: give two chances, 0 <= low <= high <= 1.")


class Bandit(LevelFamily):
    """Bernoulli bandits. Hidden: the chance of each arm, `probability`, in whole millionths.

    A level is drawn as a row of floor tiles, one for each arm. In arrays, `goal` is the first best arm and
    `more["probability"]` float32 [N, arms].

    Args:
        parameters: the ranges to draw from.
        arms: arms of the levels that are generated, 2 to 255; given levels may have others.
    Raises:
        ConfigError: arms out of range.
    """

    name = "bandit"
    about = FamilyAbout(action_names=tuple(f"arm {arm + 1}" for arm in range(MAX_SIDE)))

    def __init__(self, parameters: BanditParameters | None = None, arms: int = 5) -> None:
        if not FEWEST_ARMS <= arms <= MAX_SIDE:
            raise ConfigError(f"arms = {arms}: give {FEWEST_ARMS} to {MAX_SIDE}.")
        self.parameters = parameters or BanditParameters()
        self.arms = arms

    def far(self) -> "Bandit":
        """Bandits whose chances all lie outside the range, on its larger side.

        Raises:
            ConfigError: the range leaves nothing outside.
        """
        low, high = (round(share * MILLION) for share in self.parameters.probability)
        if (low, high) == (0, MILLION):
            raise ConfigError(
                "there are no far bandits: probability = 0..1 is all there is. Narrow the range to train on."
            )
        outside = (high + 1, MILLION) if MILLION - high >= low else (0, low - 1)
        return Bandit(
            replace(self.parameters, probability=(outside[0] / MILLION, outside[1] / MILLION)), self.arms
        )

    def arrays(self, n: int) -> LevelArrays:
        return _empty(n, self.arms)

    def fill(
        self, arrays: LevelArrays, rows: NDArray[np.int64], seeds: NDArray[np.int64], split: str
    ) -> None:
        check_rows(arrays, rows, seeds, 1, self.arms)
        low, high = self.parameters.probability
        failed = kernels.fill(
            round(low * MILLION),
            round(high * MILLION),
            rows,
            seeds,
            split_code(split),
            arrays.tiles,
            arrays.more["probability"],
            arrays.goal,
            arrays.seed,
            arrays.content_hash,
        )
        if failed >= 0:
            raise ConfigError(
                f"seed {seeds[failed]}: {kernels.TRIES} bandits were drawn from {self.parameters} "
                f"and none lies in the split {split!r}. Widen the range."
            )

    def validate(self, level: Level) -> None:
        """Raises LevelError unless the level is a row of arms, with the chance of each."""
        super().validate(level)
        check_tiles(level, (FLOOR,), "a bandit")
        check_hidden(level, ("probability",), "a bandit")
        if level.height != 1 or level.width < FEWEST_ARMS:
            raise LevelError(
                f"a bandit is one row of at least {FEWEST_ARMS} tiles, one for each arm; this one is "
                f"{level.height} x {level.width}."
            )
        chances = level.hidden["probability"]
        if len(chances) != level.width or not all(0 <= chance <= MILLION for chance in chances):
            raise LevelError(
                f"hidden `probability` holds the chance of each of {level.width} arms in millionths, 0 to "
                f"{MILLION}; this level has {shortened(list(chances))}."
            )

    def pack(self, levels: Sequence[Level]) -> LevelArrays:
        """Levels as arrays, in order; all must have the same number of arms."""
        for level in levels:
            self.validate(level)
        arms = {level.width for level in levels}
        if len(arms) > 1:
            raise LevelError(
                f"these bandits have {' and '.join(map(str, sorted(arms)))} arms. "
                "Give levels that have the same number of arms."
            )
        arrays = _empty(len(levels), max(arms, default=self.arms))
        for row, level in enumerate(levels):
            millionths = np.array(level.hidden["probability"])
            arrays.more["probability"][row] = millionths / MILLION
            arrays.goal[row, 1] = kernels.best_arm(millionths)
            arrays.seed[row] = -1 if level.seed is None else level.seed
            arrays.content_hash[row] = level.content_hash
        return arrays

    def measure(self, arrays: LevelArrays) -> NDArray[np.int32]:
        """1 where every tile is an arm: a plan is one pull of the best; else -1."""
        whole = (arrays.tiles == FLOOR).all((1, 2)) & (arrays.size == arrays.tiles.shape[1:]).all(1)
        return np.where(whole, np.int32(1), np.int32(-1))

    def unpack(self, arrays: LevelArrays, row: int) -> Level:
        seed = int(arrays.seed[row])
        millionths = np.rint(arrays.more["probability"][row].astype(np.float64) * MILLION)
        return Level(
            family=self.name,
            tiles=arrays.tiles[row],
            hidden={"probability": tuple(millionths.astype(int))},
            seed=None if seed < 0 else seed,
        )

    def solve(self, level: Level) -> list[int]:
        """One pull of the best arm, the first of equals."""
        return [int(self.pack([level]).goal[0, 1])]

    def rules(self, level: Level) -> list[str]:
        """The chance of each arm, in words."""
        self.validate(level)
        chances = enumerate(level.hidden["probability"], start=1)
        return [f"arm {arm} pays 1 with a chance of {chance / MILLION:g}" for arm, chance in chances]

    def mutate(self, level: Level, seed: int) -> Level:
        """Draw the chance of one arm anew, from 0 to 1."""
        self.validate(level)
        check_seed(seed)
        stream = np.array([seed], np.uint64)
        chances = list(level.hidden["probability"])
        arm, before = below(stream, len(chances)), level.hidden["probability"]
        while tuple(chances) == before:
            chances[arm] = int(below(stream, MILLION + 1))
        return Level(family=self.name, tiles=level.tiles, hidden={"probability": tuple(chances)})


def _empty(n: int, arms: int) -> LevelArrays:
    arrays = LevelArrays.empty(n, 1, arms)
    arrays.tiles[:] = FLOOR
    arrays.size[:] = 1, arms
    arrays.par_steps[:] = 1
    arrays.more["probability"] = np.zeros((n, arms), np.float32)
    return arrays
