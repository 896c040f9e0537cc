"""The agent and its controls: the curve, and the performance profile over levels."""

from typing import Any

import numpy as np
from markupsafe import Markup

from gamemeta.evaluation.evaluation import Evaluation
from gamemeta.evaluation.page.charts import Axis, Series, draw_lines
from gamemeta.evaluation.page.curves import draw_curves
from gamemeta.evaluation.page.inline_svg import inline_svg
from gamemeta.evaluation.page.measure import level_values, measure_axis, references
from gamemeta.evaluation.page.players import CONTROLS, PLAYERS
from gamemeta.evaluation.statistics.aggregates import performance_profile
from gamemeta.evaluation.statistics.intervals import basis

THRESHOLDS = 100
"""Scores at which the profile is computed."""


def section(result: Evaluation) -> dict[str, Any]:
    """Scores by episode beside the controls, and the performance profile."""
    learners = ["agent", *(name for name in CONTROLS if name in result.curves)]
    shown = [name for name in PLAYERS if name in (*learners, *references(result))]
    return {
        "note": _note(result),
        "episodes": result.episodes,
        "players": shown[::-1],
        "curve": inline_svg(
            lambda axes: draw_curves(axes, result, shown),
            title=f"{result.measure.capitalize()} by episode of the agent and its controls",
        ),
        "learners": learners,
        "profile": _profile(result, learners),
    }


def _note(result: Evaluation) -> str:
    words = (
        f"A trial is several episodes on one level{_unseen(result)}; memory is kept between them. "
        f"{_scale(result)} "
        f"Bands are 95% intervals over {basis(result.seeds)}."
    )
    if "wiped" in result.curves:
        words += (
            " Memory wiped: the same agent forgets before every episode. Memory swapped: it carries "
            "the memory of another level. The distance to these two is what it remembers of this level."
        )
    if "redrawn" in result.curves:
        words += (
            " Rules redrawn: the hidden rules of the level change just before the episode, its map stays. "
            "The distance to it is what the agent knows of the rules."
        )
    return words


def _scale(result: Evaluation) -> str:
    if result.scored:
        return "Score 0 is random play and 1 is the solver, which sees everything."
    return "Returns are shown, not scores: it is not known what return counts as score 1."


def _unseen(result: Evaluation) -> str:
    if result.split in ("train", "any"):
        return ""
    family = result.setup.family()
    if not family.about.held_out:
        return " (every level of this family is trained on: none is held out, whatever the split)"
    if not family.unseen:
        return f" ({'; '.join(result.notes)})"
    return " that the agent has never seen"


def _profile(result: Evaluation, learners: list[str]) -> Markup:
    series, fifths = [], [k / 5 for k in range(6)]
    last = {name: level_values(result, name)[..., -1] for name in reversed(learners)}
    title = f"{result.measure} on a level"
    if result.scored:
        x = Axis(title=title, start=0, end=1, ticks=[(x, f"{x:.1f}") for x in fifths])
        thresholds = np.linspace(0.0, 0.99, THRESHOLDS)
    else:
        every = np.concatenate([values.ravel() for values in last.values()])
        x = measure_axis(result, float(every.min()), float(every.max()), title)
        thresholds = np.linspace(x.start, x.end, THRESHOLDS)
    for name, values in last.items():
        share = performance_profile(values, thresholds, result.clusters)
        series.append(Series(name=name, x=thresholds, y=share.value, low=share.low, high=share.high))
    y = Axis(title="share of levels above it", start=0, end=1.02, ticks=[(y, f"{y:.0%}") for y in fifths])
    return inline_svg(
        lambda axes: draw_lines(axes, series, x, y, markers=False),
        title=f"Share of levels above each {result.measure}, in the last episode",
    )
