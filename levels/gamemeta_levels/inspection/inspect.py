"""Inspection of levels: share solvable, duplicates, difficulty, splits, and the ranges that they fill."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.errors import UnsolvableLevel
from gamemeta_levels.family import LevelArrays, LevelFamily, generate_arrays, inside_of
from gamemeta_levels.inspection.chunks import Progress, drawn_from, in_chunks
from gamemeta_levels.inspection.measures import meaningful, measure_levels
from gamemeta_levels.inspection.summary import Coverage, Summary, parameter_values, ranges_of
from gamemeta_levels.level import Level
from gamemeta_levels.split import counted_splits, split_code
from gamemeta_levels.tiles import NAMES


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
            "duplicates": self.duplicates,
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
    progress: Progress | None = None,
) -> Inspection:
    """Inspection of `count` generated levels, of seeds `first_seed` on.

    Raises:
        UnknownName: no such split.
        LevelError: a seed out of range.
        ConfigError: there are no far levels.
    """
    split_code(split)
    source = drawn_from(family, split)
    tally = _Tally(source)

    def look(seeds: NDArray[np.int64]) -> _Look:
        arrays = generate_arrays(family, seeds, split)
        return _look(source, arrays, source.measure(arrays))

    for seen in in_chunks(family, split, count, look, first_seed=first_seed):
        tally.add(seen)
        if progress is not None:
            progress(tally.levels)
    return tally.report(split)


def inspect_levels(
    family: LevelFamily, levels: Sequence[Level], *, progress: Progress | None = None
) -> Inspection:
    """Inspection of these levels.

    Raises:
        LevelError: a level is not of this family, or is malformed.
    """
    tally = _Tally(family)
    for number, level in enumerate(levels, start=1):
        try:
            arrays = family.pack([level])
        except UnsolvableLevel:
            arrays = LevelArrays.empty(1, level.height, level.width)
            arrays.tiles[0], arrays.size[0] = level.tiles, level.tiles.shape
            arrays.content_hash[0] = level.content_hash
            tally.add(_look(family, arrays, np.array([-1], np.int32)))
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
    """Running statistics of levels; of each, only hash, size and par are kept."""

    def __init__(self, family: LevelFamily) -> None:
        self.levels = 0
        self._family = family
        self._hashes = [np.zeros(0, np.uint64)]
        self._par_steps: Counter[int] = Counter()
        self._sizes: Counter[tuple[int, int]] = Counter()
        self._ranges = ranges_of(family)
        self._measures: dict[str, Summary] = {}
        self._tiles = [Summary() for _ in NAMES]

    def add(self, seen: _Look) -> None:
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
