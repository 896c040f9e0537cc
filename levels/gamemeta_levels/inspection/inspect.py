"""Inspection of levels: share solvable, duplicates, difficulty, splits, and the ranges that they fill."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.errors import LevelError, UnsolvableLevel
from gamemeta_levels.family import LevelArrays, LevelFamily, generate_arrays, inside_of
from gamemeta_levels.inspection.chunks import Progress, drawn_from, in_chunks
from gamemeta_levels.inspection.duplicates import Equal, equal_levels
from gamemeta_levels.inspection.features import FeatureColumns, features_of
from gamemeta_levels.inspection.measures import meaningful, measure_levels
from gamemeta_levels.inspection.summary import Coverage, Summary, parameter_values, ranges_of
from gamemeta_levels.level import Level
from gamemeta_levels.split import LevelAddress, counted_splits, split_code
from gamemeta_levels.tiles import NAMES

MOST_NAMED = 20
"""Unsolvable levels that are named."""


@dataclass(frozen=True, kw_only=True)
class Unsolvable:
    """A level without a plan, and why where that is known."""

    name: str
    reason: str = ""

    def to_json(self) -> dict[str, str]:
        """Both as plain values."""
        return {"level": self.name, "reason": self.reason}


@dataclass(frozen=True, kw_only=True)
class Inspection:
    """Statistics of a number of levels of one family."""

    family: str
    """Name of the level family."""
    split: str
    """The split they were generated in; `given` when they were not generated here."""
    levels: int
    """Number of levels."""
    solvable: int
    """Number of levels with a plan, found again from the tiles alone."""
    duplicates: int
    """Number of levels whose content an earlier one already has."""
    par_steps: dict[int, int]
    """Difficulty: number of solvable levels by the length of the solver's plan, steps."""
    sizes: dict[tuple[int, int], int]
    """Number of levels by height and width, tiles."""
    splits: dict[str, int]
    """Number of levels by the split that their content belongs to; empty where none is held out."""
    ranges: dict[str, Coverage]
    """Values of each parameter that is a range; only parameters that levels show."""
    measures: dict[str, Summary]
    """Measures of solvable levels, by name of `gamemeta_levels.inspection.measures`; only those that mean
    something."""
    tiles: dict[str, Summary]
    """Tiles of each kind in a level, by name; only kinds that occur."""
    equal: tuple[Equal, ...] = ()
    """Levels that are equal, the largest groups first; at most `duplicates.MOST_GROUPS`."""
    unsolvable: tuple[Unsolvable, ...] = ()
    """Levels without a plan, at most `MOST_NAMED`."""
    features: dict[str, NDArray[np.float64]] = field(default_factory=dict)
    """Features [N] of the first levels, by name, where they were asked for; see `FeatureColumns`."""

    @property
    def share_solvable(self) -> float:
        """Solvable levels of all, 1 when there are none."""
        return self.solvable / self.levels if self.levels else 1.0

    @property
    def mean_par_steps(self) -> float:
        """Mean length of the solver's plan, 0 when no level is solvable."""
        total = sum(steps * count for steps, count in self.par_steps.items())
        return total / self.solvable if self.solvable else 0.0

    def par_quantile(self, share: float) -> int:
        """The least plan length that this share of the solvable levels does not exceed; 0 of none."""
        below = 0
        for steps, count in sorted(self.par_steps.items()):
            below += count
            if below >= share * self.solvable:
                return steps
        return 0

    def to_json(self) -> dict[str, Any]:
        """The report as plain values; sizes are written `height x width`."""
        return {
            "family": self.family,
            "split": self.split,
            "levels": self.levels,
            "solvable": self.solvable,
            "share_solvable": self.share_solvable,
            "unsolvable": [one.to_json() for one in self.unsolvable],
            "duplicates": self.duplicates,
            "equal": [one.to_json() for one in self.equal],
            "mean_par_steps": self.mean_par_steps,
            "par_steps": {str(steps): count for steps, count in self.par_steps.items()},
            "sizes": {f"{h} x {w}": count for (h, w), count in self.sizes.items()},
            "splits": {name: count / self.levels for name, count in self.splits.items()},
            "ranges": {name: one.to_json() for name, one in self.ranges.items()},
            "measures": {name: one.to_json() for name, one in self.measures.items()},
            "tiles": {name: one.to_json() for name, one in self.tiles.items()},
        }


def inspect_generated(
    family: LevelFamily,
    split: str,
    count: int,
    *,
    first_seed: int = 0,
    features: bool = False,
    progress: Progress | None = None,
) -> Inspection:
    """Inspection of `count` generated levels, of seeds `first_seed` on.

    Args:
        family, split, count, first_seed: what is generated.
        features: whether to keep the features of each level.
        progress: called with the number of levels done.
    Raises:
        UnknownName: no such split.
        LevelError: a seed out of range.
        ConfigError: there are no far levels.
    """
    split_code(split)
    source = drawn_from(family, split)
    tally = _Tally(source, lambda row: str(LevelAddress(split, first_seed + row)), features)

    def look(seeds: NDArray[np.int64]) -> _Look:
        arrays = generate_arrays(family, seeds, split)
        return _look(source, arrays, source.measure(arrays))

    for seen in in_chunks(family, split, count, look, first_seed=first_seed):
        tally.add(seen)
        if progress is not None:
            progress(tally.levels)
    return tally.report(split)


def inspect_levels(
    family: LevelFamily,
    levels: Sequence[Level],
    *,
    names: Sequence[str] | None = None,
    features: bool = False,
    progress: Progress | None = None,
) -> Inspection:
    """Inspection of these levels.

    Args:
        family: what they are levels of.
        levels: what to look at.
        names: of the levels, such as their files; their numbers from 1 where none are given.
        features: whether to keep the features of each level.
        progress: called with the number of levels done.
    Raises:
        LevelError: a level is not of this family, or is malformed.
    """
    tally = _Tally(family, lambda row: names[row] if names else f"level {row + 1}", features)
    for number, level in enumerate(levels, start=1):
        try:
            arrays = family.pack([level])
        except UnsolvableLevel as error:
            arrays = LevelArrays.empty(1, level.height, level.width)
            arrays.tiles[0], arrays.size[0] = level.tiles, level.tiles.shape
            arrays.content_hash[0] = level.content_hash
            tally.add(_look(family, arrays, np.array([-1], np.int32)), str(error))
        except LevelError as error:
            raise LevelError(f"{names[number - 1]}: {error}" if names else str(error)) from None
        else:
            tally.add(_look(family, arrays, family.measure(arrays)))
        if progress is not None:
            progress(number)
    return tally.report("given")


@dataclass(frozen=True, kw_only=True)
class _Look:
    """Measurements of a chunk of levels."""

    hashes: NDArray[np.uint64]
    sizes: NDArray[np.int32]
    par_steps: NDArray[np.int32]
    measured: dict[str, NDArray[np.float64]]
    values: dict[str, NDArray[Any]]
    tiles: NDArray[np.int64]
    """[N, codes], tiles of each kind."""


def _look(family: LevelFamily, arrays: LevelArrays, par_steps: NDArray[np.int32]) -> _Look:
    solved = arrays if (par_steps >= 0).all() else arrays.take(np.flatnonzero(par_steps >= 0))
    measures = measure_levels(solved)
    measured = {name: measures[name] for name in meaningful(solved)}
    return _Look(
        hashes=arrays.content_hash,
        sizes=arrays.size,
        par_steps=par_steps,
        measured=measured,
        values=parameter_values(family, solved, measured),
        tiles=_tile_counts(arrays),
    )


def _tile_counts(arrays: LevelArrays) -> NDArray[np.int64]:
    n, kinds = len(arrays), len(NAMES)
    of_level = np.arange(n)[:, None, None] * kinds
    return np.bincount((arrays.tiles + of_level)[inside_of(arrays)], minlength=n * kinds).reshape(n, kinds)


class _Tally:
    """Running statistics of levels; of each, its hash is kept, and its features where they are wanted."""

    def __init__(self, family: LevelFamily, name_of: Callable[[int], str], features: bool) -> None:
        self.levels = 0
        self._family = family
        self._name_of = name_of
        self._unsolvable: list[Unsolvable] = []
        self._columns = FeatureColumns() if features else None
        self._hashes = [np.zeros(0, np.uint64)]
        self._par_steps: Counter[int] = Counter()
        self._sizes: Counter[tuple[int, int]] = Counter()
        self._ranges = ranges_of(family)
        self._measures: dict[str, Summary] = {}
        self._tiles = [Summary() for _ in NAMES]

    def add(self, seen: _Look, reason: str = "") -> None:
        for row in np.flatnonzero(seen.par_steps < 0)[: MOST_NAMED - len(self._unsolvable)]:
            self._unsolvable.append(Unsolvable(name=self._name_of(self.levels + int(row)), reason=reason))
        if self._columns is not None:
            features = features_of(seen.measured, seen.values, self._ranges)
            self._columns.add(features, np.flatnonzero(seen.par_steps >= 0), of=len(seen.hashes))
        self.levels += len(seen.hashes)
        self._hashes.append(seen.hashes)
        for steps, count in zip(*np.unique(seen.par_steps, return_counts=True), strict=True):
            self._par_steps[int(steps)] += int(count)
        for (height, width), count in zip(*np.unique(seen.sizes, axis=0, return_counts=True), strict=True):
            self._sizes[int(height), int(width)] += int(count)
        for name in self._ranges.keys() & seen.values.keys():
            self._ranges[name].realised.add(seen.values[name])
        for name, values in seen.measured.items():
            self._measures.setdefault(name, Summary()).add(values)
        for summary, counts in zip(self._tiles, seen.tiles.T, strict=True):
            summary.add(counts)

    def report(self, split: str) -> Inspection:
        hashes = np.concatenate(self._hashes)
        par_steps = {steps: count for steps, count in sorted(self._par_steps.items()) if steps >= 0}
        tiles = zip(NAMES, self._tiles, strict=True)
        return Inspection(
            family=self._family.name,
            split=split,
            levels=self.levels,
            solvable=sum(par_steps.values()),
            duplicates=len(hashes) - len(np.unique(hashes)),
            equal=equal_levels(hashes, self._name_of),
            unsolvable=tuple(self._unsolvable),
            features=self._columns.columns() if self._columns is not None else {},
            par_steps=par_steps,
            sizes=dict(sorted(self._sizes.items())),
            splits=_splits(self._family, hashes, split),
            ranges={name: one for name, one in self._ranges.items() if one.realised.count},
            measures=self._measures,
            tiles={name: one for name, one in tiles if one.count and one.most > 0},
        )


def _splits(family: LevelFamily, hashes: NDArray[np.uint64], split: str) -> dict[str, int]:
    if split == "far":
        return {"far": len(hashes)}
    return counted_splits(hashes) if family.about.held_out else {}
