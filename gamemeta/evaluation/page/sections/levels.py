"""Which levels are hard: score by kind of level, and the hardest and the easiest drawn."""

from html import escape

import numpy as np
from numpy.typing import NDArray

from gamemeta.evaluation.evaluation import Evaluation
from gamemeta.evaluation.page import charts
from gamemeta.evaluation.page.sections.html import DASH, legend
from gamemeta.evaluation.statistics.aggregates import Scores, level_scores
from gamemeta.evaluation.statistics.bins import Bin, binned_means
from gamemeta_levels.inspection.measures import MEASURES, Measure, meaningful, measure_levels

SHOWN_MEASURES = ("size", "braiding", "par_steps")
SHOWN_LEVELS, SHOWN_BINS = 6, 5
SMALL_CHART = (360, 250)


def kinds_section(result: Evaluation) -> str:
    """Nothing where all levels are alike."""
    measured, scores = measure_levels(result.played), _scores(result)[:, [0, -1]]
    drawn = []
    for name in (name for name in SHOWN_MEASURES if name in meaningful(result.played)):
        bins = binned_means(measured[name], scores, SHOWN_BINS)
        if len(bins) > 1:
            measure = MEASURES[name]
            drawn.append(
                f'<div class="card"><h3>{measure.title}</h3>{_bin_chart(bins, measure)}'
                f'<p class="note">{escape(measure.meaning)}</p></div>'
            )
    if not drawn:
        return ""
    entries = legend([("agent", f"episode {result.episodes}"), ("first", "episode 1")])
    return (
        "<section><h2>Score by kind of level</h2>"
        '<p class="note">The agent, on levels grouped by what they are like; whiskers are 95% intervals'
        f' over levels.</p>{entries}<div class="trio">{"".join(drawn)}</div></section>'
    )


def extremes_section(result: Evaluation) -> str:
    """Nothing where levels cannot be drawn."""
    if min(result.played.tiles.shape[1:]) < 3:
        return ""
    scores = _scores(result)
    order = np.lexsort((result.played.par_steps, scores.mean(1)))
    count = min(SHOWN_LEVELS, len(order) // 2)
    trials = "one trial" if result.seeds == 1 else "trials, one for each training seed,"
    parts = [
        "<section><h2>Hardest and easiest levels</h2>"
        f'<p class="note">By the agent\'s mean score over its {trials} on each level; of equals, the longer '
        'is easier. <span class="key"><span style="--c:var(--spawn)"><i class="disc"></i>spawn</span>'
        '<span style="--c:var(--goal)"><i class="diamond"></i>goal</span>'
        '<span style="--c:var(--way)"><i class="disc"></i>a shortest way</span>'
        '<span style="--c:var(--agent)"><i></i>score by episode</span></span></p>'
    ]
    for title, rows in {"Hardest": order[:count], "Easiest": order[::-1][:count]}.items():
        figures = "".join(_figure(result, scores[row], int(row)) for row in rows)
        parts.append(f'<h3 class="below">{title}</h3><div class="levels">{figures}</div>')
    return "".join([*parts, "</section>"])


def _scores(result: Evaluation) -> Scores:
    """The agent's score on each level, mean over training seeds, [levels, K]."""
    scores: Scores = level_scores(result.arms, "agent").mean(0)
    return scores


def _figure(result: Evaluation, scores: Scores, row: int) -> str:
    played = result.played
    height, width = (int(side) for side in played.size[row])
    solved = result.arms["agent"].success[..., row, :]
    name = f"{result.split}:{int(played.seed[row])}"
    picture = charts.level_picture(
        played.tiles[row, :height, :width],
        played.distance[row, :height, :width],
        played.spawn[row],
        title=f"level {name}",
    )
    words = ", ".join(f"{score:.2f}" for score in scores)
    return (
        f"<figure>{picture}{charts.episode_columns(scores, title=f'score by episode: {words}')}"
        f"<figcaption><b>{escape(name)}</b><br>{height} x {width}, par {int(played.par_steps[row])}, "
        f"solved {solved.sum():.0f} of {solved.size}</figcaption></figure>"
    )


def _bin_chart(bins: list[Bin], measure: Measure) -> str:
    x = np.arange(len(bins), dtype=np.float64)
    means, margins = np.stack([b.mean for b in bins]), np.stack([b.margin for b in bins])
    known: NDArray[np.float64] = np.nan_to_num(margins)
    series = [
        charts.Series(
            name=name, x=x, y=means[:, k], low=(means - margins)[:, k], high=(means + margins)[:, k]
        )
        for k, name in ((0, "first"), (1, "agent"))
    ]
    ticks = [(k, _range(b, measure)) for k, b in enumerate(bins)]
    return charts.line_chart(
        series,
        charts.Axis(title=measure.unit, start=-0.5, end=len(bins) - 0.5, ticks=ticks),
        charts.score_axis(float((means - known).min()), float((means + known).max())),
        title=f"Score by {measure.title.lower()}",
        whiskers=True,
        size=SMALL_CHART,
    )


def _range(one: Bin, measure: Measure) -> str:
    if measure.share:
        low, high = f"{100 * one.low:.0f}", f"{100 * one.high:.0f}"
        return f"{low}%" if low == high else f"{low}{DASH}{high}%"
    return f"{one.low:.0f}" if one.low == one.high else f"{one.low:.0f}{DASH}{one.high:.0f}"
