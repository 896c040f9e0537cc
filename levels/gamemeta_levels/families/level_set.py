"""A fixed set of levels, such as a folder of level files, as a family: the distribution is the set."""

from collections.abc import Callable, Sequence
from hashlib import blake2b
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.checks import check_seed
from gamemeta_levels.errors import ConfigError, LevelError
from gamemeta_levels.families.variations import variations
from gamemeta_levels.family import LevelArrays, LevelFamily
from gamemeta_levels.formats import NO_WORDS, placed
from gamemeta_levels.formats.gather import level_files, read_levels
from gamemeta_levels.formats.tile_words import TileWords
from gamemeta_levels.level import Level
from gamemeta_levels.split import split_code, split_of

StepLimit = Callable[[LevelArrays], NDArray[np.int32]]
PARTS = ("train", "validation", "test")
LEAST_TEST = 2
"""Fewest test levels: the memory-swapped control carries the memory of one into another."""

LEAST_DIVIDED, LEAST_VALIDATED = 3, 5
"""Fewest levels of which some can be held out, and of which one can be for validation."""

FEW, VARIATIONS, MOST_CHANGES = 30, 200, 6
"""Training levels below which a training takes variations of each, how many, and changes in one at most."""

RULE = (
    "A level's content decides where it belongs: of many, 8 in 10 are for training, 1 for validation, 1 for "
    "testing"
)


class LevelSet(LevelFamily):
    """A family of fixed levels, which are not generated.

    Equal levels count once. The order is that of their digests, so that names of files do not matter.
    Seed s names level s of a split, counted round and round; so seeds 0 to n - 1 are all n levels of it.
    Solving and changing levels is up to the family that they belong to.

    The content of a level decides its split. Where that leaves nothing to train or to test on, the levels are
    divided in the order of their content. A variation belongs to the split of the level that it is made from,
    and none of them is on two sides.

    Args:
        family: what the levels belong to.
        levels: at least one.
        variations: number of variations that are made of each level, or as many as there are.
        step_limit: steps [N] of an episode on each level; a variation that takes more is left out.
        names: of the levels, for people.
    Raises:
        LevelError: there are none, or one is of another family or malformed.
        UnsolvableLevel: one has no solution.
        ConfigError: the family holds no levels out, so that there is nothing to test on.
    """

    def __init__(
        self,
        family: LevelFamily,
        levels: Sequence[Level],
        variations: int = 0,
        step_limit: StepLimit | None = None,
        names: Sequence[str] = (),
    ) -> None:
        if not levels:
            raise LevelError("there are no levels to train on. Give some.")
        if not family.about.held_out:
            raise ConfigError(
                f"the family {family.name!r} has so few levels that all of them are trained on. Leave the "
                "given levels out."
            )
        self.family, self.name, self.parameters = family, family.name, family.parameters
        self.about = family.about
        by_digest = {level.digest: level for level in levels}
        self.levels = tuple(by_digest[digest] for digest in sorted(by_digest))
        self.repeated = len(levels) - len(self.levels)
        """Levels left out because they equal another."""
        self.variations = variations
        self._names = dict(zip((level.digest for level in levels), names, strict=False))
        self._parts = _divided(self.levels)
        made, parts, origins = self._with_variations(step_limit)
        self._origins = dict(zip((level.content_hash for level in made), origins, strict=True))
        self._packed = family.pack(made)
        self._rows = {part: np.flatnonzero(parts == part) for part in PARTS}
        self._rows["any"] = np.arange(len(self.levels))
        self._held_out = np.unique(self._packed.content_hash[parts != "train"])

    def _with_variations(
        self, step_limit: StepLimit | None
    ) -> tuple[list[Level], NDArray[np.str_], list[int]]:
        """All levels, the given ones first, with the split of each and the number of the level it comes from.

        Levels to train on are varied first.
        """
        made, parts, origins = list(self.levels), list(self._parts), list(range(len(self.levels)))
        numbers = {level.digest: number for number, level in enumerate(self.levels)}
        taken = {level.content_hash for level in made}
        for part in PARTS if self.variations else ():
            for level in self.originals(part):
                fits = (
                    one
                    for one in variations(self.family, level, most_changes=MOST_CHANGES)
                    if one.content_hash not in taken and self._is_playable(one, step_limit)
                )
                new = list(islice(fits, self.variations))
                taken.update(one.content_hash for one in new)
                made += new
                parts += [part] * len(new)
                origins += [numbers[level.digest]] * len(new)
        return made, np.array(parts), origins

    def _is_playable(self, level: Level, step_limit: StepLimit | None) -> bool:
        arrays = self.family.pack([level])
        return step_limit is None or bool(arrays.par_steps[0] <= step_limit(arrays)[0])

    def originals(self, split: str) -> list[Level]:
        """The levels of a split without their variations."""
        return [level for level, part in zip(self.levels, self._parts, strict=True) if part == split]

    def names(self, split: str) -> list[str]:
        """Names of the levels of a split, sorted; none where levels have no names."""
        return sorted(self._names[one.digest] for one in self.originals(split) if one.digest in self._names)

    def name_of(self, level: Level) -> str:
        """The name of a level; empty where it has none."""
        return self._names.get(level.digest, "")

    @property
    def divided_by_order(self) -> bool:
        """Whether there are so few levels that their content alone would leave a split empty."""
        return self._parts != [split_of(level.content_hash) for level in self.levels]

    def count(self, split: str) -> int:
        """Levels of this split.

        Raises:
            UnknownName: no such split.
            ConfigError: there are no `far` ones.
        """
        split_code(split)
        if split == "far":
            self.far()
        return len(self._rows[split])

    @property
    def digest(self) -> str:
        """16 hexadecimal digits that name the set."""
        state = blake2b(digest_size=8)
        for level in self.levels:
            state.update(level.digest.encode())
        return state.hexdigest()

    def identity(self) -> dict[str, Any]:
        """Digest of the set, and numbers of levels of each split and of variations, for the agent file."""
        varied = {"variations": self.variations} if self.variations else {}
        return {"digest": self.digest, **{part: len(self.originals(part)) for part in PARTS}, **varied}

    def __str__(self) -> str:
        counts = ", ".join(f"{len(self.originals(part))} {part}" for part in PARTS)
        varied = len(self._packed.seed) - len(self.levels)
        more = f"; and {varied:,} variations of them" if varied else ""
        return f"{self.number_in_words()}: {counts}{more}"

    def number_in_words(self) -> str:
        """Such as `10 given levels`, and whether some were left out because they equal others."""
        again = f" ({self.repeated} more are the same as others)" if self.repeated else ""
        return f"{len(self.levels)} given level{'s' * (len(self.levels) != 1)}{again}"

    def misplaced(self, content_hash: NDArray[np.uint64], split: str) -> NDArray[np.int64]:
        """As `LevelFamily.misplaced`; what is in no split of this set counts for training."""
        if split not in PARTS:
            return np.zeros(0, np.int64)
        if split == "train":
            return np.flatnonzero(np.isin(content_hash, self._held_out))
        of_split = self._packed.content_hash[self._rows[split]]
        return np.flatnonzero(~np.isin(content_hash, of_split))

    def need(self, split: str, least: int) -> None:
        """Raises ConfigError when fewer levels than this fell to the split."""
        if split == "any" and self.count(split) < least:
            raise ConfigError(
                f"{self}; give at least {least}: the control with swapped memory carries what an agent "
                "remembers of one level into another."
            )
        if self.count(split) < least:
            raise ConfigError(
                f"{self}; at least {least} must be {split}. {RULE}. Give more levels (30 are mostly enough), "
                "or change a tile of some."
            )

    def check_parts(self) -> None:
        """Raises ConfigError when there is nothing to train on, or too little to test on."""
        self.need("train", 1)
        self.need("test", LEAST_TEST)

    def far(self) -> LevelFamily:
        """No family: a fixed set has no ranges to lie outside of.

        Raises:
            ConfigError: always.
        """
        raise ConfigError(
            "given levels have no `far` split, for they have no ranges to lie outside of. Choose test, "
            "validation or train."
        )

    def arrays(self, n: int) -> LevelArrays:
        """As `LevelFamily.arrays`, for levels as large as the largest of the set."""
        return self._packed.take(np.zeros(n, np.int64))

    def fill(
        self, arrays: LevelArrays, rows: NDArray[np.int64], seeds: NDArray[np.int64], split: str
    ) -> None:
        """As `LevelFamily.fill`; see the class for what a seed names."""
        if not len(rows):
            return
        check_seed(int(np.min(seeds)))
        self.need(split, 1)
        taken = self._rows[split][seeds % self.count(split)]
        for name, array in vars(self._packed).items():
            if name != "more":
                getattr(arrays, name)[rows] = array[taken]
        for name, array in self._packed.more.items():
            arrays.more[name][rows] = array[taken]

    def validate(self, level: Level) -> None:
        """As the family does."""
        self.family.validate(level)

    def pack(self, levels: Sequence[Level]) -> LevelArrays:
        """As the family does."""
        return self.family.pack(levels)

    def measure(self, arrays: LevelArrays) -> NDArray[np.int32]:
        """As the family does."""
        return self.family.measure(arrays)

    def unpack(self, arrays: LevelArrays, row: int) -> Level:
        """As the family does."""
        return self.family.unpack(arrays, row)

    def solve(self, level: Level) -> list[int]:
        """As the family does."""
        return self.family.solve(level)

    @property
    def unseen(self) -> bool:
        """As the family says."""
        return self.family.unseen

    def fingerprints(self, arrays: LevelArrays) -> NDArray[np.uint64]:
        """As the family does."""
        return self.family.fingerprints(arrays)

    def origins(self, arrays: LevelArrays) -> NDArray[np.int64] | None:
        """As `LevelFamily.origins`; a level that is not in this set comes from none of its levels."""
        if not self.variations:
            return None
        foreign = len(self.levels) + np.arange(len(arrays))
        pairs = zip(arrays.content_hash, foreign, strict=True)
        return np.array([self._origins.get(int(one), number) for one, number in pairs], np.int64)

    def mutate(self, level: Level, seed: int) -> Level:
        """As the family does."""
        return self.family.mutate(level, seed)


def _divided(levels: Sequence[Level]) -> list[str]:
    """The split of each level, given in the order of their digests."""
    parts = [split_of(level.content_hash) for level in levels]
    enough = "train" in parts and parts.count("test") >= LEAST_TEST
    if enough or len(levels) < LEAST_DIVIDED:
        return parts
    test = max(LEAST_TEST, len(levels) // 10)
    validation = max(1, len(levels) // 10) if len(levels) >= LEAST_VALIDATED else 0
    return ["test"] * test + ["validation"] * validation + ["train"] * (len(levels) - test - validation)


def read_level_set(
    word: str,
    family: LevelFamily,
    step_limit: StepLimit,
    variations: int | None = 0,
    words: TileWords = NO_WORDS,
) -> LevelSet:
    """The levels in the files that a word names.

    Args:
        word: a folder, or a pattern such as `mine/**/*.json`.
        family: what they belong to, where the files do not say.
        step_limit: steps [N] of an episode on each level, as the game says.
        variations: of each level; None makes some where there are few levels to train on.
        words: what tiles mean, for the files of editors.
    Raises:
        LevelError: no such files, or one that is broken, of another family, unsolvable or not solvable within
            an episode, by name.
        ConfigError: as `LevelSet`.
    """
    paths = level_files(word)
    levels = read_levels(paths, family.name, words)
    for path, level in zip(paths, levels, strict=True):
        try:
            arrays = family.pack([level])
        except LevelError as error:
            raise placed(path, error) from None
        plan, limit = int(arrays.par_steps[0]), int(step_limit(arrays)[0])
        if plan > limit:
            raise LevelError(
                f"{path}: the solver's plan takes {plan} steps, but an episode ends after {limit}. Shorten "
                "the way, leave the file out, or let episodes be longer."
            )
    names = [path.name for path in paths]
    plain = LevelSet(family, levels, names=names)
    if variations is None:
        variations = VARIATIONS if plain.count("train") < FEW else 0
    return LevelSet(family, levels, variations, step_limit, names) if variations else plain
