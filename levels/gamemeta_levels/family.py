"""What a level family is."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from traceback import extract_tb
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.errors import GamemetaError, LevelError, PluginError, cut
from gamemeta_levels.level import Level, check_number
from gamemeta_levels.split import outside_split, split_of
from gamemeta_levels.tiles import MOVE_NAMES

UNREACHABLE = 65535
"""Distance of a tile from which no way leads to the goal."""


@dataclass
class LevelArrays:
    """N levels as a struct of arrays, the form in which levels reach a compiled game.

    Args:
        tiles: uint8 [N, H, W]; a smaller level fills the upper left corner, the rest is wall.
        size: int32 [N, 2], height and width in tiles.
        spawn: int32 [N, 2], row and column.
        goal: int32 [N, 2], row and column.
        par_steps: int32 [N], length of the solver's plan.
        distance: uint16 [N, H, W], steps from a tile to the goal; `UNREACHABLE` where there is
            no way.
        seed: int64 [N], what the level was generated from; -1 when drawn by hand.
        content_hash: uint64 [N], of tiles and hidden rules: levels with the same one are the same, but for 0,
            which stands for levels whose hash nobody took.
        chance: uint64 [N], what a game draws chance from in the episode that its next `reset` starts;
            whoever starts an episode sets it. Games without chance leave it unread.
        more: what only this family has, arrays [N, ...] by name.
    """

    tiles: NDArray[np.uint8]
    size: NDArray[np.int32]
    spawn: NDArray[np.int32]
    goal: NDArray[np.int32]
    par_steps: NDArray[np.int32]
    distance: NDArray[np.uint16]
    seed: NDArray[np.int64]
    content_hash: NDArray[np.uint64]
    chance: NDArray[np.uint64]
    more: dict[str, NDArray[Any]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.seed)

    @classmethod
    def empty(cls, n: int, height: int, width: int) -> "LevelArrays":
        """Room for n levels of at most height x width tiles."""
        return cls(
            tiles=np.zeros((n, height, width), np.uint8),
            size=np.zeros((n, 2), np.int32),
            spawn=np.zeros((n, 2), np.int32),
            goal=np.zeros((n, 2), np.int32),
            par_steps=np.zeros(n, np.int32),
            distance=np.zeros((n, height, width), np.uint16),
            seed=np.full(n, -1, np.int64),
            content_hash=np.zeros(n, np.uint64),
            chance=np.zeros(n, np.uint64),
        )

    def take(self, rows: NDArray[Any] | slice) -> "LevelArrays":
        """A copy of some rows, in the order of `rows`."""
        named = {name: np.copy(array[rows]) for name, array in vars(self).items() if name != "more"}
        return LevelArrays(**named, more={k: np.copy(v[rows]) for k, v in self.more.items()})


@dataclass(frozen=True, kw_only=True)
class FamilyAbout:
    """Facts about a level family, with their defaults."""

    held_out: bool = True
    """Whether the levels of each split are kept from the others. A family with so few levels that none can
    be kept from training says False, and its `fill` ignores the split."""
    action_names: tuple[str, ...] = MOVE_NAMES
    """Names of the actions of its plans."""


class LevelFamily(ABC):
    """A named generator of levels.

    A family holds its parameters; `name` identifies it in files and on the command line. The class is called
    with a parameters dataclass, or with nothing for the default ranges.
    """

    name: str
    parameters: Any
    """A frozen dataclass whose fields are the ranges that levels are drawn from."""
    about: FamilyAbout = FamilyAbout()
    """Facts that differ from the defaults: `about = FamilyAbout(held_out=False)`."""

    @abstractmethod
    def far(self) -> "LevelFamily":
        """The same family with parameters outside the training ranges."""

    @abstractmethod
    def arrays(self, n: int) -> LevelArrays:
        """Room for n generated levels."""

    @abstractmethod
    def fill(
        self, arrays: LevelArrays, rows: NDArray[np.int64], seeds: NDArray[np.int64], split: str
    ) -> None:
        """Generate the level of each seed, within the split, into these rows.

        Args:
            arrays: made by `arrays`.
            rows: int64 [R], where to write.
            seeds: int64 [R], each at least 0.
            split: a name of `gamemeta_levels.split.SPLITS` but `far`.
        Raises:
            LevelError: a negative seed, or arrays too small for these parameters.
            ConfigError: the parameters leave no level in this split.
        """

    def validate(self, level: Level) -> None:
        """Prove that a level fits all that reads it, compiled code above all, which checks no bounds: sides,
        tiles, how often each thing is there, entities, hidden numbers and their ranges.

        Levels come from files, from Python and from other programs. `pack`, `solve` and `mutate` of a family
        call this first; what it lets through may be solved, played, changed and drawn.

        Raises:
            LevelError: what is wrong, where, and what to do.
        """
        if level.family != self.name:
            raise LevelError(
                f"this level belongs to the family {level.family!r}, not to {self.name!r}. "
                f"Give it to the game that plays {level.family!r} levels."
            )

    @abstractmethod
    def pack(self, levels: Sequence[Level]) -> LevelArrays:
        """Levels as arrays, in order, each after `validate`.

        Raises:
            LevelError: a level is not of this family, or is malformed.
            UnsolvableLevel: a goal cannot be reached.
        """

    @abstractmethod
    def measure(self, arrays: LevelArrays) -> NDArray[np.int32]:
        """Length [N] of a shortest plan, -1 where there is none.

        It trusts `tiles` and `size` alone, so that it can check what `fill` wrote.
        """

    @abstractmethod
    def unpack(self, arrays: LevelArrays, row: int) -> Level:
        """A copy of one row as a value."""

    @abstractmethod
    def solve(self, level: Level) -> list[int]:
        """A plan: the actions of a shortest way from the spawn to the end of the level.

        Raises:
            LevelError, UnsolvableLevel: as `pack`.
        """

    @abstractmethod
    def mutate(self, level: Level, seed: int) -> Level:
        """A solvable level that differs a little; the same seed makes the same change."""

    def count(self, split: str) -> int | None:
        """Number of levels in a split, for families of a few levels: no evaluation plays more; else None."""
        return None

    @property
    def unseen(self) -> bool:
        """Whether no level of `test` plays like one that is trained on."""
        return self.about.held_out

    def fingerprints(self, arrays: LevelArrays) -> NDArray[np.uint64]:
        """A number [N] for each level; levels with the same number are one level to a player."""
        return arrays.content_hash

    def origins(self, arrays: LevelArrays) -> NDArray[np.int64] | None:
        """A number [N] for each level: variations of one drawing have the same. None where there are none."""
        return None

    def notes(self) -> tuple[str, ...]:
        """What people should know about the levels before they train, a sentence each."""
        return ()

    def misplaced(self, content_hash: NDArray[np.uint64], split: str) -> NDArray[np.int64]:
        """Indices of the levels with these content hashes that do not belong to a split.

        Raises:
            UnknownName: no such split.
        """
        return outside_split(content_hash, split if self.about.held_out else "any")

    def close(self) -> None:  # noqa: B027
        """Release of what it looks at levels with, such as simulators; they are opened again when needed."""

    def rules(self, level: Level) -> list[str] | None:
        """The hidden rules of a level in words, for people; None where the family has no words for them."""
        return None

    def drawn_rules(self, level: Level) -> tuple[str, ...]:
        """Names of the hidden rules that are drawn from a level's content because the level has none."""
        return ()

    def realised(self, arrays: LevelArrays) -> dict[str, NDArray[Any]] | None:
        """Values [N, ...] of the family's parameters in these levels, by the name of the parameter.

        None leaves it to names: parameters called height, width, as a measure or as an array of `more` are
        known, and others are not.
        """
        return None

    def redrawn_rules(self, arrays: LevelArrays, rows: NDArray[np.int64], seed: int) -> LevelArrays | None:
        """A copy of the levels in which the hidden rules of these rows are drawn anew, on the same maps.

        None for a family that cannot do so.
        """
        return None


def pack_level(family: LevelFamily, level: Level) -> LevelArrays:
    """One level as arrays: the door through which levels from files come in.

    Raises:
        LevelError, UnsolvableLevel: as `LevelFamily.pack`.
        PluginError: the family's own code fails on it in another way.
    """
    try:
        family.validate(level)
        return family.pack([level])
    except GamemetaError:
        raise
    except Exception as error:  # any error of a family that another package offers
        where = extract_tb(error.__traceback__)[-1]
        raise PluginError(
            f"the level family {family.name!r} fails on this level: {type(error).__name__}: "
            f"{cut(str(error), 200)} ({Path(where.filename).name}, line {where.lineno}). Its `validate` must "
            "refuse such levels."
        ) from error


def generate(family: LevelFamily, seed: int, split: str = "any") -> Level:
    """The level that this seed names in this split.

    Raises:
        LevelError: the seed is not in 0 to 2**63 - 1.
        UnknownName: no such split.
    """
    return family.unpack(generate_arrays(family, [seed], split), 0)


def generate_arrays(family: LevelFamily, seeds: Sequence[int] | NDArray[np.int64], split: str) -> LevelArrays:
    """The levels that these seeds name in this split, as arrays in the order of the seeds.

    Raises: as `generate`.
    """
    if isinstance(seeds, np.ndarray) and seeds.dtype == np.int64:
        numbers = seeds
    else:
        numbers = np.array([check_number("a level seed", seed, 0) for seed in seeds], np.int64)
    source, part = (family.far(), "any") if split == "far" else (family, split)
    arrays = source.arrays(len(numbers))
    fill_checked(source, arrays, np.arange(len(numbers), dtype=np.int64), numbers, part)
    return arrays


def fill_checked(
    family: LevelFamily,
    arrays: LevelArrays,
    rows: NDArray[np.int64],
    seeds: NDArray[np.int64],
    split: str,
) -> None:
    """`family.fill`, and a look at what it gave: no level of another split gets through.

    Families that hold nothing out are not looked at.

    Raises:
        LevelError: the family put a level of another split into these rows.
    """
    family.fill(arrays, rows, seeds, split)
    wrong = family.misplaced(arrays.content_hash[rows], split)
    if len(wrong):
        other = split_of(int(arrays.content_hash[rows[wrong[0]]]))
        raise LevelError(
            f"the family {family.name!r} was asked for levels of the split {split!r}, and seed "
            f"{int(seeds[wrong[0]])} gave one of {other!r}. Its `fill` must draw again until one belongs."
        )


def plan_words(family: LevelFamily, plan: Sequence[int]) -> list[str]:
    """A plan in words, one for each action."""
    names = family.about.action_names
    return [names[action] if action < len(names) else f"action {action + 1}" for action in plan]


def inside_of(levels: LevelArrays) -> NDArray[np.bool_]:
    """bool [N, H, W]: the tiles of each level, without what fills the arrays up."""
    height, width = levels.tiles.shape[1:]
    rows = np.arange(height) < levels.size[:, :1]
    columns = np.arange(width) < levels.size[:, 1:]
    inside: NDArray[np.bool_] = rows[:, :, None] & columns[:, None, :]
    return inside
