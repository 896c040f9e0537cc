"""The page on a set of levels: self-contained, without network or scripts."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from gamemeta.evaluation.level_range.histogram import histogram
from gamemeta.evaluation.level_range.level_stats import LevelStats
from gamemeta.evaluation.level_range.range_chart import draw_range, heading
from gamemeta.evaluation.page.html import templates
from gamemeta.evaluation.page.inline_svg import inline_svg
from gamemeta.evaluation.page.players import FIRST, LOOKS
from gamemeta.evaluation.playtest.heat_picture import level_image
from gamemeta.files import write_atomically
from gamemeta_levels.inspection.features import described
from gamemeta_levels.inspection.inspect import Inspection
from gamemeta_levels.level import Level
from gamemeta_levels.text import in_one_line, plain_number, shown

TEMPLATE = "level-stats.html"
DASH = "\N{EN DASH}"
MOST_ROWS = 200
"""Levels of files in the table."""
LARGEST_PICTURE = 64 * 64
"""Tiles of the largest level that is drawn."""


def write_page(stats: LevelStats, path: Path) -> None:
    """Write the page, whole or not at all.

    Raises:
        UnknownName, ConfigError: a measure that these levels do not have, or matplotlib is not installed.
        OSError: the file cannot be written.
    """
    write_atomically(path, page_of(stats).encode())


def page_of(stats: LevelStats) -> str:
    """The page as HTML. Equal levels give equal pages."""
    report, drawn = stats.report, stats.range
    picture = ""
    if drawn is not None:
        words = heading(stats, drawn)
        picture = inline_svg(
            partial(draw_range, drawn=drawn, names=stats.names),
            title=words,
        )
    page = (
        templates()
        .get_template(TEMPLATE)
        .render(
            looks={**LOOKS, "first": FIRST},
            stats=stats,
            report=report,
            heading=_heading(report),
            tiles=list(_tiles(report)),
            picture=picture,
            most=int(drawn.counts.max(initial=0)) if drawn else 0,
            features=[described(name) for name in drawn.names] if drawn else [],
            ends=[_end(words, level) for words, level in stats.ends()],
            spread=list(_spread(stats)),
            rows=list(_rows(stats)),
            row_heads=[described(name).title for name in drawn.names] if drawn else [],
            tile_rows=_tile_rows(report),
            origin=list(_origin(stats)),
        )
    )
    return shown(page)


def _heading(report: Inspection) -> str:
    unsolvable = report.levels - report.solvable
    levels = f"{report.levels:,} level{'' if report.levels == 1 else 's'}"
    solvable = f"{unsolvable:,} not solvable" if unsolvable else "all solvable"
    equal = f"{report.duplicates:,} equal to another" if report.duplicates else "all different"
    return f"{levels}: {solvable}, {equal}"


def _tiles(report: Inspection) -> Iterator[tuple[str, str, str]]:
    """What stands at the top: term, number, note."""
    yield "Levels", f"{report.levels:,}", ""
    yield "Solvable", _percent(report), ""
    yield "Equal to an earlier one", f"{report.duplicates:,}", ""
    if report.solvable:
        quartiles = ", ".join(str(report.par_quantile(share)) for share in (0.25, 0.5, 0.75))
        yield "Steps of the solver's plan", f"{report.mean_par_steps:.1f}", f"quartiles {quartiles}"


def _percent(report: Inspection) -> str:
    """Rounded down, so that 100% are all of them."""
    if report.solvable == report.levels:
        return "100%"
    return f"{np.floor(1000 * report.share_solvable) / 10:.1f}%"


def _spread(stats: LevelStats) -> Iterator[dict[str, Any]]:
    """A histogram for each feature of which two levels differ, or that the generator has a range for."""
    report = stats.report
    for name, column in report.features.items():
        values = column[np.isfinite(column)]
        behind = stats.behind.features.get(name) if stats.behind else None
        behind = behind[np.isfinite(behind)] if behind is not None else None
        coverage = report.ranges.get(name)
        everything = values if behind is None else np.concatenate([values, behind])
        if not len(values) or (coverage is None and everything.min() == everything.max()):
            continue
        feature, allowed = described(name), (coverage.low, coverage.high) if coverage else None
        least, mean, most = (feature.shown(float(pick(values))) for pick in (np.min, np.mean, np.max))
        yield {
            "title": feature.title,
            "meaning": feature.meaning,
            "picture": histogram(values, feature, behind=behind, allowed=allowed),
            "numbers": f"{least} · {mean} · {most}",
            "allowed": coverage
            and f"allowed {feature.shown(coverage.low)} to {feature.shown(coverage.high)}, "
            f"{coverage.reach:.0%} of it reached",
        }


def _rows(stats: LevelStats) -> Iterator[dict[str, Any]]:
    """Levels of files, with their features that are drawn."""
    drawn = stats.range
    for row, name in enumerate(stats.names[:MOST_ROWS]):
        par = stats.report.features.get("par_steps")
        solved = par is not None and np.isfinite(par[row])
        values = (
            [
                described(feature).shown(float(drawn.points[row, k]))
                if np.isfinite(drawn.points[row, k])
                else DASH
                for k, feature in enumerate(drawn.names)
            ]
            if drawn
            else []
        )
        unlike = drawn is not None and bool(drawn.unlike[row])
        yield {
            "name": in_one_line(name),
            "par": plain_number(float(par[row])) if par is not None and solved else DASH,
            "values": values,
            "remark": "not solvable" if not solved else "far from all generated levels" if unlike else "",
        }


def _end(words: list[tuple[str, str]], level: Level) -> dict[str, Any]:
    small = level.tiles.size <= LARGEST_PICTURE
    return {"words": words, "image": level_image(level) if small else None}


def _tile_rows(report: Inspection) -> list[tuple[str, ...]]:
    """Tiles of each kind: name, least, mean, most; nothing where there is one kind."""
    if len(report.tiles) < 2:
        return []
    return [
        (name, *(plain_number(number) for number in (one.least, one.mean, one.most)))
        for name, one in report.tiles.items()
    ]


def _origin(stats: LevelStats) -> Iterator[tuple[str, str]]:
    report = stats.report
    yield "family", report.family
    if stats.names:
        yield "levels", stats.source
    else:
        yield "split", report.split
    if stats.behind:
        yield "generated levels behind", f"{stats.behind.levels:,}, split {stats.behind.split}"
    for name, value in stats.settings.items():
        yield name, f"{value[0]}..{value[1]}" if isinstance(value, tuple) and len(value) == 2 else str(value)
    counted = len(next(iter(stats.counted.features.values()), ()))
    if counted < stats.counted.levels:
        yield "levels in the pictures", f"the first {counted:,}"
