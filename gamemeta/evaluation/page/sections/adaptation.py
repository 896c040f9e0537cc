"""The agent and its controls: the curve, and on how many levels it does how well."""

import numpy as np

from gamemeta.evaluation.evaluation import Evaluation
from gamemeta.evaluation.page import charts
from gamemeta.evaluation.page.sections.html import legend_of
from gamemeta.evaluation.page.sections.players import CONTROLS, PLAYERS
from gamemeta.evaluation.statistics.aggregates import level_scores, performance_profile
from gamemeta_levels.family import holds_out

THRESHOLDS = np.linspace(0.0, 0.99, 100)


def section(result: Evaluation) -> str:
    """Scores by episode beside the controls, and the performance profile."""
    learners = ["agent", *(name for name in CONTROLS if name in result.curves)]
    shown = [name for name in PLAYERS if name in (*learners, "random", "par")]
    curve = curve_chart(result, shown, "Score by episode of the agent and its controls")
    return (
        f'<section><h2>Adaptation</h2><p class="note">{_note(result)}</p><div class="pair">'
        f'<div class="card"><h3>Score by episode of the trial</h3>{legend_of(shown[::-1])}{curve}</div>'
        f'<div class="card"><h3>Performance profile, episode {result.episodes}</h3>'
        f"{legend_of(learners)}{_profile(result, learners)}</div></div></section>"
    )


def curve_chart(result: Evaluation, players: list[str], title: str) -> str:
    """Curves with bands for those that were trained; the last player on top."""
    episodes, trained = (
        np.arange(1.0, result.episodes + 1),
        [p for p in players if p not in ("random", "par")],
    )
    series = []
    for name in players:
        one = result.curves[name]
        band = {"low": one.score_low, "high": one.score_high} if name in trained else {}
        series.append(charts.Series(name=name, x=episodes, y=one.score, **band))
    lowest = min(min(result.curves[name].score_low) for name in trained)
    highest = max(max(result.curves[name].score_high) for name in trained)
    return charts.line_chart(
        series, charts.episode_axis(result.episodes), charts.score_axis(lowest, highest), title=title
    )


def _note(result: Evaluation) -> str:
    over = "levels and training seeds" if result.seeds > 1 else "levels"
    words = (
        f"A trial is several episodes on one level{_unseen(result)}; memory is kept between them. "
        "Score 0 is random play and 1 is the solver, which sees everything. "
        f"Bands are 95% intervals over {over}."
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
    if not holds_out(result.setup.family()):
        return " (every level of this family is trained on: none is held out, whatever the split)"
    return " that the agent has never seen"


def _profile(result: Evaluation, learners: list[str]) -> str:
    series = []
    for name in reversed(learners):
        found = performance_profile(level_scores(result.arms, name)[..., -1], THRESHOLDS)
        series.append(charts.Series(name=name, x=THRESHOLDS, y=found.value, low=found.low, high=found.high))
    fifths = [k / 5 for k in range(6)]
    return charts.line_chart(
        series,
        charts.Axis(title="score on a level", start=0, end=1, ticks=[(x, f"{x:.1f}") for x in fifths]),
        charts.Axis(
            title="share of levels above it", start=0, end=1.02, ticks=[(x, f"{x:.0%}") for x in fifths]
        ),
        title="Share of levels above each score, in the last episode",
        markers=False,
    )
