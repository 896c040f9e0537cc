"""Difficulty of levels: score by kind of level, and pictures of the hardest and the easiest."""

from typing import Any

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from gamemeta.evaluation.evaluation import Evaluation
from gamemeta.evaluation.page.charts import Axis, Series, draw_lines
from gamemeta.evaluation.page.inline_svg import SMALL, inline_svg
from gamemeta.evaluation.page.level_picture import episode_columns, level_picture
from gamemeta.evaluation.page.measure import level_values, measure_axis
from gamemeta.evaluation.page.sections.cells import DASH
from gamemeta.evaluation.statistics.aggregates import Scores
from gamemeta.evaluation.statistics.bins import Bin, binned_means
from gamemeta_levels.inspection.measures import MEASURES, Measure, meaningful, measure_levels
from gamemeta_levels.text import plain_number

SHOWN_MEASURES = ("size", "braiding", "par_steps")
SHOWN_LEVELS, SHOWN_BINS = 6, 5


def kinds_section(result: Evaluation) -> dict[str, Any] | None:
    """None where all levels are alike."""
    measured, scores = measure_levels(result.played), _scores(result)[:, [0, -1]]
    drawn = []
    for name in (name for name in SHOWN_MEASURES if name in meaningful(result.played)):
        bins = binned_means(measured[name], scores, SHOWN_BINS, result.clusters)
        if len(bins) > 1:
            measure = MEASURES[name]
            drawn.append((measure.title, _bin_chart(result, bins, measure), measure.meaning))
    return {"charts": drawn, "episodes": result.episodes} if drawn else None


def extremes_section(result: Evaluation) -> dict[str, Any] | None:
    """None where levels cannot be drawn."""
    if min(result.played.tiles.shape[1:]) < 3:
        return None
    scores = _scores(result)
    unit = 1.0 if result.scored else float(np.abs(scores).max()) or 1.0
    order = np.lexsort((result.played.par_steps, scores.mean(1)))
    count = min(SHOWN_LEVELS, len(order) // 2)
    extremes = {"Hardest": order[:count], "Easiest": order[::-1][:count]}
    return {
        "trials": "one trial" if result.seeds == 1 else "trials, one for each training seed,",
        "levels": {
            title: [_level(result, scores[row], int(row), unit) for row in rows]
            for title, rows in extremes.items()
        },
    }


def _scores(result: Evaluation) -> Scores:
    """The agent's score on each level, mean over training seeds, [levels, K]."""
    scores: Scores = level_values(result, "agent").mean(0)
    return scores


def _level(result: Evaluation, scores: Scores, row: int, unit: float) -> dict[str, Any]:
    """Pictures of one level and of the scores on it, with their words; a score of `unit` fills a column."""
    played = result.played
    height, width = (int(side) for side in played.size[row])
    solved = result.arms["agent"].success[..., row, :]
    known = f", solved {solved.sum():.0f} of {solved.size}" if np.isfinite(solved).all() else ""
    name = f"{result.split}:{int(played.seed[row])}"
    picture = level_picture(
        played.tiles[row, :height, :width],
        played.distance[row, :height, :width],
        played.spawn[row],
        title=f"level {name}",
    )
    words = ", ".join(f"{score:,.2f}" for score in scores)
    return {
        "name": name,
        "picture": picture,
        "columns": episode_columns(scores, title=f"{result.measure} by episode: {words}", unit=unit),
        "about": f"{height} x {width}, par {int(played.par_steps[row])}{known}",
    }


def _bin_chart(result: Evaluation, bins: list[Bin], measure: Measure) -> Markup:
    places = np.arange(len(bins), dtype=np.float64)
    means, margins = np.stack([b.mean for b in bins]), np.stack([b.margin for b in bins])
    known: NDArray[np.float64] = np.where(np.isfinite(margins), margins, 0.0)
    low, high = means - margins, means + margins
    series = [
        Series(name=name, x=places, y=means[:, k], low=low[:, k], high=high[:, k])
        for k, name in ((0, "first"), (1, "agent"))
    ]
    ticks = [(k, _range(b, measure)) for k, b in enumerate(bins)]
    x = Axis(title=measure.unit, start=-0.5, end=len(bins) - 0.5, ticks=ticks)
    y = measure_axis(result, float((means - known).min()), float((means + known).max()))
    return inline_svg(
        lambda axes: draw_lines(axes, series, x, y, whiskers=True),
        title=f"{result.measure.capitalize()} by {measure.title.lower()}",
        size=SMALL,
    )


def _range(one: Bin, measure: Measure) -> str:
    if measure.share:
        low, high = f"{100 * one.low:.0f}", f"{100 * one.high:.0f}"
        return f"{low}%" if low == high else f"{low}{DASH}{high}%"
    low, high = plain_number(round(one.low)), plain_number(round(one.high))
    return low if low == high else f"{low}{DASH}{high}"
