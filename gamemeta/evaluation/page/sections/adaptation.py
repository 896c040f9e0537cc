"""The agent and its controls: the curve, and the performance profile over levels."""

from typing import Any

import numpy as np
from markupsafe import Markup

from gamemeta.evaluation.evaluation import Evaluation
from gamemeta.evaluation.page.charts import Axis, Series, draw_lines
from gamemeta.evaluation.page.curves import draw_curves
from gamemeta.evaluation.page.inline_svg import inline_svg
from gamemeta.evaluation.page.players import CONTROLS, PLAYERS
from gamemeta.evaluation.statistics.aggregates import level_scores, performance_profile
from gamemeta.evaluation.statistics.intervals import basis

THRESHOLDS = np.linspace(0.0, 0.99, 100)


def section(result: Evaluation) -> dict[str, Any]:
    """Scores by episode beside the controls, and the performance profile."""
    learners = ["agent", *(name for name in CONTROLS if name in result.curves)]
    shown = [name for name in PLAYERS if name in (*learners, "random", "par")]
    return {
        "note": _note(result),
        "episodes": result.episodes,
        "players": shown[::-1],
        "curve": inline_svg(
            lambda axes: draw_curves(axes, result, shown),
            title="Score by episode of the agent and its controls",
        ),
        "learners": learners,
        "profile": _profile(result, learners),
    }


def _note(result: Evaluation) -> str:
    words = (
        f"A trial is several episodes on one level{_unseen(result)}; memory is kept between them. "
        "Score 0 is random play and 1 is the solver, which sees everything. "
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
    series = []
    for name in reversed(learners):
        share = performance_profile(level_scores(result.arms, name)[..., -1], THRESHOLDS, result.clusters)
        series.append(Series(name=name, x=THRESHOLDS, y=share.value, low=share.low, high=share.high))
    fifths = [k / 5 for k in range(6)]
    x = Axis(title="score on a level", start=0, end=1, ticks=[(x, f"{x:.1f}") for x in fifths])
    y = Axis(title="share of levels above it", start=0, end=1.02, ticks=[(y, f"{y:.0%}") for y in fifths])
    return inline_svg(
        lambda axes: draw_lines(axes, series, x, y, markers=False),
        title="Share of levels above each score, in the last episode",
    )
