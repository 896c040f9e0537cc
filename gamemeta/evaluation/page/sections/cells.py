"""Cells of the tables on the page: text, or a value with small text below it."""

from collections.abc import Mapping
from math import isfinite
from typing import Any, NamedTuple

from markupsafe import Markup

from gamemeta.evaluation.statistics.aggregates import Estimate
from gamemeta.evaluation.statistics.intervals import Interval
from gamemeta.evaluation.statistics.scores import Curve

DASH = "\N{EN DASH}"


class Cell(NamedTuple):
    """A value, and small text below it."""

    value: str
    small: str


class Table(NamedTuple):
    """Titles of the columns, and rows whose first cell is their heading."""

    heads: list[str]
    rows: list[list[str | Cell]]


def bounds_in_episode(curve: Curve, k: int) -> Cell:
    """Score in episode k + 1, with its 95% interval."""
    return bounds(Interval(curve.score[k], curve.score_low[k], curve.score_high[k]))


def bounds(interval: Interval) -> Cell:
    """Value, with its 95% interval."""
    if not isfinite(interval.value):
        return Cell(DASH, "undefined: room is not above 0")
    if not isfinite(interval.low + interval.high):
        return Cell(f"{interval.value:,.3f}", "no interval")
    value, low, high = (f"{round(x, 3) + 0.0:,.3f}" for x in (interval.value, interval.low, interval.high))
    return Cell(value, f"{low} {DASH} {high}")


def entry(estimate: Estimate, k: int, *, percent: bool = False) -> Cell:
    """Entry k of an estimate, with its interval."""
    form = ".1%" if percent else ",.3f"
    return Cell(f"{estimate.value[k]:{form}}", f"{estimate.low[k]:{form}} {DASH} {estimate.high[k]:{form}}")


def code(text: str) -> Markup:
    """Text that is no language: a digest, a commit."""
    return Markup("<code>{}</code>").format(text)


def words(values: Mapping[str, Any]) -> str:
    """Settings as one line, but for texts that are empty."""

    def word(value: Any) -> str:
        if isinstance(value, (list, tuple)):
            return "..".join(map(word, value))
        return str(value).lower() if isinstance(value, bool) else str(value)

    return ", ".join(
        f"{name.replace('_', ' ')} {word(value)}" for name, value in values.items() if value != ""
    )
