"""The adaptation curve of some players, as a chart."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from gamemeta.evaluation.evaluation import Evaluation
from gamemeta.evaluation.page.charts import OVERHANG, Axis, Series, draw_lines, episode_axis
from gamemeta.evaluation.page.measure import measure_axis
from gamemeta.evaluation.page.players import LOOKS, PLAYERS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_MARKED = 40
"""Episodes whose points are marked; of more, the lines alone show."""


def draw_curves(axes: "Axes", result: Evaluation, players: Iterable[str], scale: Axis | None = None) -> None:
    """Scores by episode, with bands for those that were trained.

    Args:
        axes: where to draw.
        result: an evaluation; players without a curve in it are left out.
        players: in any order.
        scale: of the scores; `curve_scale` of these players if None.
    """
    episodes, series = np.arange(1.0, result.episodes + 1), []
    for name in _shown(result, players):
        curve = result.curves[name]
        band = {"low": curve.score_low, "high": curve.score_high} if LOOKS[name].marker else {}
        series.append(Series(name=name, x=episodes, y=curve.score, **band))
    x, markers = episode_axis(result.episodes), result.episodes <= MOST_MARKED
    draw_lines(axes, series, x, scale or curve_scale(result, players), markers=markers)


def curve_scale(result: Evaluation, players: Iterable[str], title: str = "") -> Axis:
    """A scale that holds the intervals of those players that were trained, and the scores of all."""
    trained = [result.curves[name] for name in _shown(result, players) if LOOKS[name].marker]
    scores = [score for name in _shown(result, players) for score in result.curves[name].score]
    overhang = OVERHANG * (1.0 if result.scored else max(scores) - min(scores))
    lowest = min(max(min(curve.score_low), min(curve.score) - overhang) for curve in trained)
    highest = max(min(max(curve.score_high), max(curve.score) + overhang) for curve in trained)
    return measure_axis(result, min(lowest, *scores), max(highest, *scores), title)


def _shown(result: Evaluation, players: Iterable[str]) -> list[str]:
    wanted = set(players)
    return [name for name in PLAYERS if name in wanted and name in result.curves]
