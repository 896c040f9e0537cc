"""Levels of games that are not ours: a seed, and hidden numbers beside it. They have no map and no solver."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from gamemeta.errors import ConfigError, LevelError
from gamemeta.games.outside.seed_levels.division import Division, divided
from gamemeta.games.outside.seed_levels.fingerprint import Prober
from gamemeta.games.outside.seed_levels.remap import check_mapping, draw_mapping, mapping_length
from gamemeta.games.outside.seed_levels.variation import ACTION, Varied, value_of
from gamemeta.spec import ActionSpec
from gamemeta_levels.families.drawn_family import DrawnFamily
from gamemeta_levels.families.draws import Draws
from gamemeta_levels.family import LevelArrays
from gamemeta_levels.level import Level
from gamemeta_levels.split import ANY, SPLITS, split_of
from gamemeta_levels.tiles import FLOOR

MOST_SEED = 2**31 - 1
"""Largest seed that games are given; many take 31 bits."""
SEED, PART = "seed", "part"
"""Hidden numbers of a level: its reset seed, and the smallest number that lets its content fall to the split
of its fingerprint."""
UNKNOWN = (
    "levels are told apart by their seeds alone: nobody looked whether two seeds make the same level, so a "
    "test level may be one that was trained on"
)
"""Of a game that cannot be played twice alike."""
FEW_SEEDS = 1024
"""Seeds that levels are drawn from where few differ, so that each is looked at once."""
_NO_MAP = np.full((1, 1), FLOOR, np.uint8)


@dataclass(frozen=True, kw_only=True)
class SeedParameters:
    """Which seeds there are."""

    seeds: tuple[int, int] = (0, MOST_SEED)
    """Range of seeds; each is a level."""

    def __post_init__(self) -> None:
        low, high = self.seeds
        if not 0 <= low <= high <= MOST_SEED:
            raise ConfigError(f"seeds = {low}..{high}: give a range within 0..{MOST_SEED}, low end first.")


def family_name(game: str) -> str:
    """The name of the family of a game: what levels may be called, nearest to the game's name."""
    return re.sub(r"[^A-Za-z0-9_./-]", "-", game)[-64:]


class SeedLevels(DrawnFamily):
    """A family whose levels are a seed and drawn numbers.

    Level 17 of `any` has the seed 17, where that lies in the range; so has level 17 of the split that its
    content falls to. The best play is unknown: plans are empty.

    Levels that play alike are in the same split, where a prober is given: see
    `gamemeta.games.outside.seed_levels.division`.

    Args:
        name: of the family.
        parameters: which seeds there are.
        varied: what else differs.
        action: what the actions are, for those levels that map them.
        seeded: whether the seed belongs to the level; else only what varies does.
        prober: plays levels to tell them apart; None where their numbers alone do.
    """

    Parameters: ClassVar[Any] = SeedParameters
    sides = (1, 1)

    def __init__(
        self,
        name: str,
        parameters: Any = None,
        *,
        varied: Varied | None = None,
        action: ActionSpec | None = None,
        seeded: bool = True,
        prober: Prober | None = None,
    ) -> None:
        super().__init__(parameters)
        self.name = name
        self.varied, self.seeded = varied or Varied(), seeded
        self.action = action if self.varied.actions else None
        self.outside, self.prober = False, prober
        sizes = {SEED: 1} if seeded else {}
        sizes |= {PART: 1} if prober else {}
        sizes |= {one.name: 2 for one in self.varied.numbers}
        sizes |= {ACTION: mapping_length(self.action)} if self.action else {}
        self.hidden = sizes

    def far(self) -> "SeedLevels":
        """The same family with every varied number outside its range.

        Raises:
            ConfigError: no number varies.
        """
        if not any(one.low < one.high for one in self.varied.numbers):
            raise ConfigError(
                f"the levels of {self.name!r} have no `far` split: no number of them is drawn from a range. "
                "Choose test, or train with a range such as --vary gravity=5..15."
            )
        family = self._copy()
        family.outside = True
        return family

    def draw(self, draws: Draws) -> Level:
        return self._level(self._seed(draws), draws)

    def solve(self, level: Level) -> list[int]:
        """An empty plan: good ones are unknown."""
        self.validate(level)
        return []

    def changed(self, level: Level, draws: Draws) -> Level:
        other = self.draw(draws)
        names = [name for name in self.hidden if name != PART]
        name = names[draws.below(len(names))]
        return self._in_its_split({**level.hidden, name: other.hidden[name]})

    @property
    def division(self) -> Division:
        """Which levels are held out; the game is played a little when this is first asked for."""
        if self.prober is None:
            return Division(by_fingerprint=False, repeats=False)
        division: Division = self.prober.once(str(self.parameters), self._divided)
        return division

    def _divided(self) -> Division:
        assert self.prober is not None
        plain = type(self)(
            self.name, self.parameters, varied=self.varied, action=self.action, seeded=self.seeded
        )
        low, high = self.parameters.seeds
        count = high - low + 1 if self.seeded else high

        def numbered(number: int) -> Level:
            level = plain.draw_seed(low + number % count)
            return self._of({**level.hidden, PART: (0,)})

        return divided(self.prober, numbered)

    def draw_seed(self, seed: int) -> Level:
        """The level of a reset seed; where levels have none, what is drawn from it."""
        return self._level(seed, Draws(seed))

    @property
    def unseen(self) -> bool:
        """Whether levels are held out by what they do; where nobody can look, by their numbers."""
        return super().unseen and (self.prober is None or self.division.by_fingerprint)

    def close(self) -> None:
        if self.prober is not None:
            self.prober.close()

    def fingerprints(self, arrays: LevelArrays) -> NDArray[np.uint64]:
        if self.prober is None or not self.division.repeats:
            return super().fingerprints(arrays)
        rows = range(len(arrays))
        return np.array([self._fingerprint(self.unpack(arrays, row)) for row in rows], np.uint64)

    def notes(self) -> tuple[str, ...]:
        note = self.division.note if self.prober else UNKNOWN
        return (note,) if note else ()

    def rules(self, level: Level) -> list[str]:
        """What is hidden in a level, in words."""
        words = []
        for name, stored in level.hidden.items():
            if name == PART:
                continue
            if name == ACTION:
                words.append(f"actions {' '.join(map(str, stored))}")
            else:
                words.append(f"{name} {value_of(stored) if name != SEED else stored[0]}")
        return words

    def _copy(self) -> Self:
        return type(self)(
            self.name,
            self.parameters,
            varied=self.varied,
            action=self.action,
            seeded=self.seeded,
            prober=self.prober,
        )

    def _drawn(self, seed: int, split: str) -> Level:
        low, high = self.parameters.seeds
        if self.seeded and low <= seed <= high:
            level = self._level(seed, Draws(seed))
            if SPLITS[split] == ANY or split_of(level.content_hash) == split:
                return level.with_seed(seed)
        return super()._drawn(seed, split)

    def _seed(self, draws: Draws) -> int:
        low, high = self.parameters.seeds
        if self.prober is not None and self.division.different is not None:
            high = min(high, low + FEW_SEEDS - 1)
        return draws.between(low, high)

    def _level(self, seed: int, draws: Draws) -> Level:
        hidden: dict[str, tuple[int, ...]] = {SEED: (seed,)} if self.seeded else {}
        for one in self.varied.numbers:
            hidden[one.name] = one.draw_far(draws) if self.outside else one.draw(draws)
        if self.action is not None:
            hidden[ACTION] = draw_mapping(self.action, draws)
        return self._in_its_split(hidden)

    def _in_its_split(self, hidden: Mapping[str, tuple[int, ...]]) -> Level:
        """The level of these numbers, with the part that its split needs."""
        level = self._of({**hidden, PART: (0,)} if self.prober else hidden)
        if self.prober is None or self.outside or not self.division.by_fingerprint:
            return level
        split, part = self.division.split(self._fingerprint(level)), 0
        while split_of(level.content_hash) != split:
            part += 1
            level = self._of({**hidden, PART: (part,)})
        return level

    def _of(self, hidden: Mapping[str, tuple[int, ...]]) -> Level:
        return Level(family=self.name, tiles=_NO_MAP, hidden=hidden)

    def _fingerprint(self, level: Level) -> int:
        assert self.prober is not None
        whole = self._of({**level.hidden, PART: (0,)})
        return self.prober.fingerprint(whole, self.division.depth)

    def validate(self, level: Level) -> None:
        """Raises LevelError for numbers that no level can have."""
        super().validate(level)
        try:
            for one in self.varied.numbers:
                value_of(level.hidden[one.name])
            if self.seeded and not 0 <= level.hidden[SEED][0] <= MOST_SEED:
                raise ValueError(f"the seed is not in 0..{MOST_SEED}")
            if self.action is not None:
                check_mapping(self.action, level.hidden[ACTION])
        except (ValueError, IndexError) as error:
            raise LevelError(f"this level of {self.name!r} is malformed: {error}.") from None
