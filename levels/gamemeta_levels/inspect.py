"""What a family emits: share solvable, duplicates, difficulty and sizes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.errors import GamemetaError, LevelError, UnsolvableLevel
from gamemeta_levels.family import LevelArrays, LevelFamily, family_class, generate_arrays
from gamemeta_levels.formats import read_level
from gamemeta_levels.level import Level
from gamemeta_levels.split import MAX_SEED, split_of

CHUNK_LEVELS = 4096
CHUNK_BYTES = 64 * 1024 * 1024
"""At most this much memory is used at a time, whatever the size of a level."""

Progress = Callable[[int], None]
"""Called with the number of levels inspected so far."""


@dataclass(frozen=True, kw_only=True)
class Inspection:
    """What was found in a number of levels of one family."""

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

    @property
    def share_solvable(self) -> float:
        return self.solvable / self.levels if self.levels else 1.0

    @property
    def mean_par_steps(self) -> float:
        """Mean length of the solver's plan, 0 when no level is solvable."""
        total = sum(steps * count for steps, count in self.par_steps.items())
        return total / self.solvable if self.solvable else 0.0

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
        }


def inspect_generated(
    family: LevelFamily,
    split: str,
    count: int,
    *,
    first_seed: int = 0,
    progress: Progress | None = None,
) -> Inspection:
    """Generate `count` levels, of seeds `first_seed` on, and look at them.

    Raises:
        UnknownName: no such split.
        LevelError: a seed out of range.
    """
    if first_seed + count - 1 > MAX_SEED:
        raise LevelError(f"{count} seeds from {first_seed} on go beyond {MAX_SEED}. Start lower.")
    source = family.far() if split == "far" else family
    chunk = _chunk_levels(source)
    found = _Found(source)
    for start in range(0, count, chunk):
        stop = min(start + chunk, count)
        seeds = np.arange(first_seed + start, first_seed + stop, dtype=np.int64)
        arrays = generate_arrays(family, seeds, split)
        found.add(arrays, source.measure(arrays))
        if progress is not None:
            progress(stop)
    return found.report(split)


def inspect_levels(family: LevelFamily, levels: Sequence[Level]) -> Inspection:
    """Look at given levels.

    Raises:
        LevelError: a level is not of this family, or is malformed.
    """
    found = _Found(family)
    for level in levels:
        try:
            arrays = family.pack([level])
            found.add(arrays, family.measure(arrays))
        except UnsolvableLevel:
            found.add_unsolvable(level)
    return found.report("given")


@dataclass(frozen=True, kw_only=True)
class FileCheck:
    """Whether a file holds a level that can be played."""

    path: str
    level: Level | None
    """The level; None when the file cannot be read."""
    par_steps: int | None
    """Length of the solver's plan, steps; None when there is none."""
    error: str | None
    """What is wrong, and None when nothing is."""

    def to_json(self) -> dict[str, Any]:
        """The result as plain values."""
        level = self.level
        return {
            "file": self.path,
            "ok": self.error is None,
            "error": self.error,
            "family": level and level.family,
            "digest": level and level.digest,
            "split": level and split_of(level.content_hash),
            "par_steps": self.par_steps,
        }


def check_file(path: str | PurePath, family: str | None = None) -> FileCheck:
    """Read a level file, and solve its level by the family that the file names.

    Args:
        path: a level file.
        family: the level family where the file names none.
    """
    level = None
    try:
        level = read_level(path, family)
        arrays = family_class(level.family)().pack([level])
    except GamemetaError as error:
        message = str(error).removeprefix(f"{path}: ")
        return FileCheck(path=str(path), level=level, par_steps=None, error=message)
    return FileCheck(path=str(path), level=level, par_steps=int(arrays.par_steps[0]), error=None)


class _Found:
    """What the levels seen so far are like, as arrays to join at the end."""

    def __init__(self, family: LevelFamily) -> None:
        self._family = family.name
        self._hashes = [np.zeros(0, np.uint64)]
        self._par_steps = [np.zeros(0, np.int32)]
        self._sizes = [np.zeros((0, 2), np.int32)]

    def add(self, arrays: LevelArrays, par_steps: NDArray[np.int32]) -> None:
        self._hashes.append(arrays.content_hash)
        self._sizes.append(arrays.size)
        self._par_steps.append(par_steps)

    def add_unsolvable(self, level: Level) -> None:
        self._hashes.append(np.array([level.content_hash], np.uint64))
        self._sizes.append(np.array([level.tiles.shape], np.int32))
        self._par_steps.append(np.array([-1], np.int32))

    def report(self, split: str) -> Inspection:
        par_steps = np.concatenate(self._par_steps)
        hashes = np.concatenate(self._hashes)
        solved = par_steps[par_steps >= 0]
        steps, step_counts = np.unique(solved, return_counts=True)
        sizes, size_counts = np.unique(np.concatenate(self._sizes), axis=0, return_counts=True)
        return Inspection(
            family=self._family,
            split=split,
            levels=len(par_steps),
            solvable=len(solved),
            duplicates=len(hashes) - len(np.unique(hashes)),
            par_steps=dict(zip(steps.tolist(), step_counts.tolist(), strict=True)),
            sizes={(h, w): n for (h, w), n in zip(sizes.tolist(), size_counts.tolist(), strict=True)},
        )


def _chunk_levels(family: LevelFamily) -> int:
    one = family.arrays(1)
    size = one.tiles.nbytes + one.distance.nbytes + sum(array.nbytes for array in one.more.values())
    return max(1, min(CHUNK_LEVELS, CHUNK_BYTES // size))
