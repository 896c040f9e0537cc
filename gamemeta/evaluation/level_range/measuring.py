"""Measuring of levels for a page or a picture: generated ones, or those of files before generated ones."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gamemeta.evaluation.level_range.level_stats import LevelStats
from gamemeta_levels.family import LevelFamily, generate
from gamemeta_levels.inspection.features import check_pair
from gamemeta_levels.inspection.inspect import Inspection, inspect_generated, inspect_levels
from gamemeta_levels.level import Level

Pair = tuple[str, str]
Progress = Callable[[int], None]
PROBE = 64
"""Levels that show which measures a family has, before many are made."""


@dataclass(frozen=True)
class Generated:
    """Levels that a family generates from seeds that follow one another."""

    family: LevelFamily
    split: str
    count: int
    first_seed: int = 0

    def inspect(
        self, *, count: int | None = None, features: bool = False, progress: Progress | None = None
    ) -> Inspection:
        """Inspection of the levels, or of the first `count`. Raises as `inspect_generated`."""
        return inspect_generated(
            self.family,
            self.split,
            count or self.count,
            first_seed=self.first_seed,
            features=features,
            progress=progress,
        )


def measure_family(
    generated: Generated, *, pair: Pair | None = None, progress: Progress | None = None
) -> LevelStats:
    """Generated levels, with what their page and picture need.

    Args:
        generated: the levels.
        pair: two features to draw, instead of the usual ones.
        progress: called with the number of levels done.
    Raises:
        UnknownName, ConfigError: as `inspect_generated` and `check_pair`, the latter before many are made.
    """
    family = generated.family
    if pair:
        few = generated.inspect(count=min(generated.count, PROBE), features=True)
        if few.solvable:
            check_pair(pair, few.features, family.name)
    return LevelStats(
        source=family.name,
        report=generated.inspect(features=True, progress=progress),
        level_of=lambda row: generate(family, generated.first_seed + row, generated.split),
        pair=pair,
        settings=dict(vars(family.parameters)),
    )


def measure_files(
    levels: Sequence[Level],
    names: Sequence[str],
    source: str,
    generated: Generated,
    *,
    pair: Pair | None = None,
    progress: Progress | None = None,
) -> LevelStats:
    """Levels of files, with what their page and picture need.

    Args:
        levels, names: the levels and their names.
        source: where they come from, for people.
        generated: levels of the same family, behind them.
        pair: two features to draw, instead of the usual ones.
        progress: called with the number of generated levels done.
    Raises:
        LevelError: as `inspect_levels`.
        UnknownName, ConfigError: as `inspect_generated` and `check_pair`.
    """
    family = generated.family
    report = inspect_levels(family, levels, names=names, features=True)
    if pair and report.solvable:
        check_pair(pair, report.features, family.name)
    return LevelStats(
        source=source,
        report=report,
        level_of=lambda row: levels[row],
        names=names,
        behind=generated.inspect(features=True, progress=progress) if report.solvable else None,
        pair=pair,
        settings=dict(vars(family.parameters)),
    )
