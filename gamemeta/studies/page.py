"""The page of a study: self-contained, without network or scripts."""

from collections.abc import Sequence
from math import isfinite
from pathlib import Path

import numpy as np
from markupsafe import Markup

from gamemeta.evaluation.page.charts import (
    Axis,
    Row,
    Series,
    draw_intervals,
    draw_lines,
    episode_axis,
    return_axis,
    score_axis,
)
from gamemeta.evaluation.page.html import templates
from gamemeta.evaluation.page.inline_svg import inline_svg
from gamemeta.evaluation.page.players import FIRST, LOOKS
from gamemeta.evaluation.page.sections.cells import Cell, Table, bounds
from gamemeta.evaluation.statistics.intervals import Interval
from gamemeta.files import write_atomically
from gamemeta.studies.findings import COSTS, Finding, about, findings, scores_table, sentences
from gamemeta.studies.record import Record
from gamemeta.studies.variant import MOST
from gamemeta_levels.text import shown

TEMPLATE = "study.html"
PALETTE = [name for name, look in reversed(LOOKS.items()) if look.marker][:MOST]
"""Colours and markers of the variants, in their order: those of players on other pages."""
ROOM = (0.0, 1.0)
"""Adaptation index of one that has not adapted, and of one that plays as if nothing were hidden."""


def write_page(record: Record, command: str, path: Path) -> None:
    """Write the page, whole or not at all.

    Raises:
        ConfigError: matplotlib is not installed.
        OSError: the file cannot be written.
    """
    write_atomically(path, page_of(record, command).encode())


def page_of(record: Record, command: str) -> str:
    """The page as HTML. Equal records give equal pages.

    Args:
        record: with one variant at least.
        command: that makes it.
    Raises:
        ConfigError: matplotlib is not installed.
    """
    entries = findings(record)
    page = (
        templates()
        .get_template(TEMPLATE)
        .render(
            looks={**LOOKS, "first": FIRST},
            game=record.plan.game,
            command=command,
            about=about(record),
            measure="score" if _scored(entries) else "return",
            legend_entries=[(PALETTE[k], one.name) for k, one in enumerate(entries)],
            curves=_curves(entries),
            indices=_indices(entries),
            scores=_scores(entries),
            costs=Table(["", *COSTS], [[one.name, *one.costs()] for one in entries]),
            verdicts=sentences(record),
        )
    )
    return shown(page)


def _scored(entries: Sequence[Finding]) -> bool:
    return all("par" in one.row["result"] for one in entries)


def _curves(entries: Sequence[Finding]) -> Markup:
    """Score by episode of every variant."""
    series, values = [], []
    for k, one in enumerate(entries):
        curve = one.player("agent")
        places, scores = np.arange(1.0, len(curve) + 1), [point.value for point in curve]
        low, high = ([getattr(point, end) for point in curve] for end in ("low", "high"))
        series.append(Series(name=PALETTE[k], x=places, y=scores, low=low, high=high))
        values += scores
    make = score_axis if _scored(entries) else return_axis
    scale: Axis = make(min(values), max(values))
    episodes = episode_axis(max(one.episodes for one in entries))
    title = f"{scale.title.capitalize()} by episode of every variant"
    return inline_svg(lambda axes: draw_lines(axes, series, episodes, scale), title=title)


def _indices(entries: Sequence[Finding]) -> Markup | None:
    """Adaptation index of every variant that has one."""
    rows = []
    for k, one in enumerate(entries):
        index = one.compared("index")
        if index is not None and isfinite(index.value):
            row = Row(name=PALETTE[k], interval=index, points=one.index_by_seed, title=one.name)
            rows.append(row)
    if not rows:
        return None
    lowest, highest = min(row.lowest for row in rows), max(row.highest for row in rows)
    axis = score_axis(lowest, highest, "adaptation index")
    return inline_svg(
        lambda axes: draw_intervals(axes, rows, axis, shade=ROOM, label="room"),
        title="Adaptation index of every variant, with its 95% interval",
    )


def _scores(entries: Sequence[Finding]) -> Table:
    heads, rows = scores_table(entries)
    cells: list[list[str | Cell]] = [
        [one.name, *(_cell(estimate) for estimate in row)] for one, row in zip(entries, rows, strict=True)
    ]
    return Table(["", *heads], cells)


def _cell(estimate: Interval | None) -> str | Cell:
    return "" if estimate is None else bounds(estimate)
