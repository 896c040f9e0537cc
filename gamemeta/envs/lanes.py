"""Episodes in N lanes of one game, each lane on the levels that its own seed names.

Seed s plays level s of the split first, and after it levels drawn from s, so that equal seeds see equal
levels and equal luck whether they are played alone or side by side with others.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.config import make
from gamemeta.errors import ConfigError, LevelError
from gamemeta.games.game import StepBuffers
from gamemeta.games.registry import game_class
from gamemeta.games.setup import GameSetup
from gamemeta.trials.streams import Stream, episode_chance
from gamemeta_levels.family import LevelArrays, fill_checked
from gamemeta_levels.formats import resolve
from gamemeta_levels.level import Level
from gamemeta_levels.split import MAX_SEED, split_code

LevelWord = Level | str | int | Path
"""A level, or what names one: a seed, `test:17`, or the path of a level file."""
Settings = Mapping[str, Any] | Any
"""Plain values by name, or the dataclass they are settings of, or None for the defaults."""


class Lanes:
    """N games side by side, whose episodes begin when and on what the caller decides.

    Args:
        game: name of the game.
        n: lanes.
        split: where levels come from.
        level: the one level to play in all episodes; None to play those of the split.
        config: settings of the game.
        parameters: ranges of its levels.
        several: whether the game must have several seats; else one.
    Raises:
        UnknownName, PluginError: there is no such game or split.
        ConfigError: unknown settings, or a game of another number of seats.
        LevelError, UnsolvableLevel: the level cannot be played.
    """

    def __init__(
        self,
        game: str,
        n: int,
        *,
        split: str,
        level: LevelWord | None,
        config: Settings,
        parameters: Settings,
        several: bool = False,
    ) -> None:
        cls = game_class(game)
        self.setup = GameSetup(
            game,
            _section(cls.Config, config, "config"),
            _section(cls.Parameters, parameters, "parameters"),
        )
        self.game = self.setup.game(n)
        if several != (self.game.seats > 1):
            raise ConfigError(
                f"the game {game!r} has {self.game.seats} seat(s); an environment of Gymnasium has one, "
                "one of PettingZoo several: see `gamemeta.envs.parallel_env`."
            )
        self.family = self.setup.family()
        split_code(split)
        self._source, self._part = (self.family.far(), "any") if split == "far" else (self.family, split)
        self.out = StepBuffers.sharing(self.game)
        self._fixed = None if level is None else self._packed(level)
        self.levels = self._source.arrays(n) if self._fixed is None else self._fixed
        self._borrowed = False
        self._seed = np.zeros(n, np.int64)
        self._level = np.zeros(n, np.int64)  # number among those that the seed names
        self._episode = np.zeros(n, np.int64)

    def borrow(self, level: LevelWord) -> None:
        """Lay this level before every lane until `next`; `again` starts it.

        Raises:
            LevelError, UnsolvableLevel: it cannot be played.
        """
        self.levels, self._borrowed = self._packed(level), True

    def seed(self, rows: NDArray[np.int64], seeds: NDArray[np.int64]) -> None:
        """Let these lanes play what these seeds [R] name, from their first level on."""
        self._seed[rows], self._level[rows], self._episode[rows] = seeds, -1, -1

    def next(self, mask: NDArray[np.bool_]) -> None:
        """Begin an episode on the next level, in the lanes of the mask [N]."""
        rows = np.flatnonzero(mask)
        self._level[rows] += 1
        if self._fixed is not None:
            self.levels = self._fixed
        else:
            self._draw(rows)
        self.again(mask)

    def again(self, mask: NDArray[np.bool_]) -> None:
        """Begin an episode on the same level with other chance, in the lanes of the mask [N]."""
        rows = np.flatnonzero(mask)
        self._episode[rows] += 1
        self.levels.chance[rows] = episode_chance(0, Stream.CHANCE, self._seed[rows], self._episode[rows])
        self.game.reset(self.levels, mask, self.out)

    def about(self, row: int) -> dict[str, Any]:
        """The level of a lane: its digest, and the seed that it was generated from, -1 if by hand."""
        return {
            "level": f"{int(self.levels.content_hash[row]):016x}",
            "level_seed": int(self.levels.seed[row]),
        }

    def _draw(self, rows: NDArray[np.int64]) -> None:
        """Fill these rows with the levels whose turn it is."""
        if self._borrowed:
            self.levels, self._borrowed = self._source.arrays(self.game.n), False
        drawn = episode_chance(0, Stream.LEVEL, self._seed[rows], self._level[rows]) >> np.uint64(1)
        seeds = np.where(self._level[rows] == 0, self._seed[rows], drawn.astype(np.int64))
        fill_checked(self._source, self.levels, rows, seeds, self._part)

    def _packed(self, level: LevelWord) -> LevelArrays:
        drawn = level if isinstance(level, Level) else resolve(str(level), self.family)
        packed: LevelArrays = self.family.pack([drawn] * self.game.n)
        return packed


def level_seed(seed: int) -> int:
    """The seed, which must also name a level.

    Raises:
        LevelError: it is not in 0 to 2**63 - 1.
    """
    if not 0 <= seed <= MAX_SEED:
        raise LevelError(f"the seed {seed} names no level: give 0 to {MAX_SEED}.")
    return int(seed)


def _section(section: type, settings: Settings, place: str) -> Any:
    """Settings as the dataclass that they belong to.

    Raises:
        ConfigError: they do not.
    """
    if settings is None or isinstance(settings, section):
        return settings
    if not isinstance(settings, Mapping):
        raise ConfigError(
            f"{place} is {settings!r}: give a mapping of settings by name, or a {section.__name__}."
        )
    return make(section, settings, place)
