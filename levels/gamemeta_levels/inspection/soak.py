"""Looking for one bad level among very many, in memory that does not grow."""

from contextlib import closing
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.family import LevelFamily, generate_arrays
from gamemeta_levels.inspection.chunks import Progress, drawn_from, in_chunks
from gamemeta_levels.split import split_code


@dataclass(frozen=True, kw_only=True)
class Fault:
    """A seed whose level is bad, and why."""

    seed: int
    error: str


@dataclass(frozen=True, kw_only=True)
class Soak:
    """Results of generating levels and solving each again from its tiles."""

    family: str
    split: str
    first_seed: int
    levels: int
    """Levels found good, of the seeds from `first_seed` on."""
    fault: Fault | None = None
    """The first bad level; None when there is none."""
    interrupted: bool = False
    """Whether Ctrl-C ended it early."""

    def to_json(self) -> dict[str, Any]:
        """All of it as plain JSON data."""
        plain = {name: getattr(self, name) for name in ("family", "split", "first_seed", "levels")}
        bad = self.fault and vars(self.fault)
        return plain | {"interrupted": self.interrupted, "bad_seed": bad and dict(bad)}


def soak(
    family: LevelFamily,
    split: str,
    count: int,
    *,
    first_seed: int = 0,
    progress: Progress | None = None,
) -> Soak:
    """Generate `count` levels and look at each, until one is bad or Ctrl-C is pressed.

    A level is bad when generating or solving it raises, when no plan solves it, or when it carries another
    seed than it was generated from. Of each chunk, one level is compared with its value.

    Raises:
        UnknownName: no such split.
        ConfigError: there are no far levels.
        LevelError: a seed out of range.
    """
    split_code(split)
    source = drawn_from(family, split)

    def look(seeds: NDArray[np.int64]) -> tuple[int, Fault | None]:
        return len(seeds), _first_fault(family, source, split, seeds)

    good, fault, interrupted = 0, None, False
    try:
        with closing(in_chunks(family, split, count, look, first_seed=first_seed)) as chunks:
            for levels, fault in chunks:
                if fault is not None:
                    good = fault.seed - first_seed
                    break
                good += levels
                if progress is not None:
                    progress(good)
    except KeyboardInterrupt:
        interrupted = True
    return Soak(
        family=family.name,
        split=split,
        first_seed=first_seed,
        levels=good,
        fault=fault,
        interrupted=interrupted,
    )


def _first_fault(
    family: LevelFamily, source: LevelFamily, split: str, seeds: NDArray[np.int64]
) -> Fault | None:
    try:
        return _fault(family, source, split, seeds)
    except Exception as error:  # whatever a family raises is what is looked for
        if len(seeds) == 1:
            return Fault(seed=int(seeds[0]), error=f"{type(error).__name__}: {error}")
        alone = (_first_fault(family, source, split, seeds[k : k + 1]) for k in range(len(seeds)))
        together = f"{type(error).__name__}, of the seeds {seeds[0]} to {seeds[-1]} together: {error}"
        return next(filter(None, alone), Fault(seed=int(seeds[0]), error=together))


def _fault(family: LevelFamily, source: LevelFamily, split: str, seeds: NDArray[np.int64]) -> Fault | None:
    arrays = generate_arrays(family, seeds, split)
    for wrong, why in (
        (source.measure(arrays) < 0, "no plan solves this level"),
        (arrays.seed != seeds, "the level carries another seed"),
    ):
        if wrong.any():
            return Fault(seed=int(seeds[np.argmax(wrong)]), error=why)
    if source.unpack(arrays, 0).content_hash != int(arrays.content_hash[0]):
        return Fault(seed=int(seeds[0]), error="its content hash is not that of its content")
    return None
