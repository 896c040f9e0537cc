"""Pieces of HTML that the sections share."""

from collections.abc import Iterable, Mapping
from html import escape
from math import isfinite
from typing import Any

from gamemeta.evaluation.page.sections.players import PLAYERS
from gamemeta.evaluation.statistics.adaptation import Interval
from gamemeta.evaluation.statistics.aggregates import Estimate
from gamemeta.evaluation.statistics.scores import Curve

DASH = "\N{EN DASH}"


def interval(curve: Curve, k: int) -> tuple[str, str]:
    """Score in episode k + 1, and its 95% interval."""
    return bounds(Interval(curve.score[k], curve.score_low[k], curve.score_high[k]))


def bounds(found: Interval) -> tuple[str, str]:
    """Value, and its 95% interval."""
    if not isfinite(found.value):
        return DASH, "undefined without room"
    value, low, high = (f"{round(x, 3) + 0.0:.3f}" for x in (found.value, found.low, found.high))
    return value, f"{low} {DASH} {high}"


def cell(words: tuple[str, str]) -> str:
    """A value with its interval beside it."""
    value, small = words
    return f"{value}<small>{small}</small>"


def estimate(found: Estimate, k: int, *, percent: bool = False) -> str:
    """Entry k of an estimate with its interval in small."""
    form = ".1%" if percent else ".3f"
    return f"{found.value[k]:{form}}<small>{found.low[k]:{form}} {DASH} {found.high[k]:{form}}</small>"


def legend(entries: Iterable[tuple[str, str]]) -> str:
    """Classes with the words beside their colour."""
    items = (f'<li><i class="{name}"></i>{escape(text)}</li>' for name, text in entries)
    return f'<ul class="legend">{"".join(items)}</ul>'


def legend_of(players: Iterable[str]) -> str:
    """The legend of these players."""
    return legend((name, PLAYERS[name]) for name in players)


def table(heads: Iterable[str], rows: Iterable[list[str]]) -> str:
    """Cells are HTML already; the first of a row is its heading."""
    head = "".join(f"<th>{escape(text)}</th>" for text in heads)
    body = "".join(
        f"<tr><th>{first}</th>{''.join(f'<td>{one}</td>' for one in rest)}</tr>" for first, *rest in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def definitions(entries: Iterable[tuple[str, str]]) -> str:
    """Terms with what they mean; both are text."""
    return "".join(f"<div><dt>{escape(k)}</dt><dd>{escape(v)}</dd></div>" for k, v in entries)


def words(values: Mapping[str, Any]) -> str:
    """Settings as one line."""

    def word(value: Any) -> str:
        if isinstance(value, (list, tuple)):
            return "..".join(map(word, value))
        return str(value).lower() if isinstance(value, bool) else str(value)

    return ", ".join(f"{name.replace('_', ' ')} {word(value)}" for name, value in values.items())
