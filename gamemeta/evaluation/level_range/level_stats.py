"""What is shown of levels: an inspection, the generated levels behind it, and two features at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.errors import ConfigError
from gamemeta_levels.inspection.expressive_range import ExpressiveRange, expressive_range
from gamemeta_levels.inspection.features import check_pair, described, usual_pair
from gamemeta_levels.inspection.inspect import Inspection
from gamemeta_levels.level import Level

Values = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class LevelStats:
    """What is shown of levels, which were generated or come from files."""

    source: str
    """What was asked for: the name of a family, a folder, a pattern."""
    report: Inspection
    """Of the levels, with their features."""
    level_of: Callable[[int], Level]
    """A level by its place."""
    names: Sequence[str] = ()
    """Names of levels that come from files; empty for generated ones."""
    behind: Inspection | None = None
    """Of generated levels that those of files are compared with, with their features."""
    pair: tuple[str, str] | None = None
    """The features to draw; the usual ones of the family where none are given."""
    settings: dict[str, Any] = field(default_factory=dict)
    """Parameters of the family, by name."""

    @property
    def counted(self) -> Inspection:
        """The generated levels, which fill the cells of the picture."""
        return self.behind or self.report

    @cached_property
    def range(self) -> ExpressiveRange | None:
        """The levels by two features; None where none is solvable, or no two features differ.

        Raises:
            UnknownName, ConfigError: as `check_pair`.
        """
        known, counted = self.report.features, self.counted.features
        if not self.report.solvable:
            return None
        if self.pair:
            check_pair(self.pair, known, self.report.family)  # a probe may have had none that is solvable
        pair = self.pair or usual_pair(counted, self.report.family) or usual_pair(known, self.report.family)
        if pair is None:
            return None
        return expressive_range(pair, counted, known if self.names else None)

    def need_range(self) -> ExpressiveRange:
        """The range.

        Raises:
            ConfigError: there is none to draw.
        """
        if self.range is None:
            raise ConfigError(f"there is no picture to draw: {self.why_no_range}")
        return self.range

    @property
    def why_no_range(self) -> str:
        """What keeps the range from being drawn, as a sentence."""
        if not self.report.solvable:
            return (
                "no level is solvable, and unsolvable levels have no measures. Run `gamemeta levels check`."
            )
        return f"no two measures of these levels of the family {self.report.family!r} differ."

    @property
    def unlike(self) -> list[str]:
        """Names of the levels that lie outside the range of the generated ones."""
        return [self.names[row] for row in np.flatnonzero(self.range.unlike)] if self.range else []

    def ends(self) -> list[tuple[list[tuple[str, str]], Level]]:
        """The levels with the least and the most of the features drawn; each with what it is, and a value."""
        ends: dict[int, list[tuple[str, str]]] = {}
        for name in self.range.names if self.range else ():
            values, one = self.report.features[name], described(name)
            if not np.nanmin(values) < np.nanmax(values):
                continue
            for word, row in (("Least", int(np.nanargmin(values))), ("Most", int(np.nanargmax(values)))):
                ends.setdefault(row, []).append((f"{word} {one.title.lower()}", one.shown(values[row])))
        return [(words, self.level_of(row)) for row, words in ends.items()]
