"""The curves as numbers, and the aggregates that the field asks for."""

from gamemeta.evaluation.evaluation import Evaluation
from gamemeta.evaluation.page.sections.html import cell, estimate, interval, table
from gamemeta.evaluation.page.sections.players import CONTROLS, PLAYERS
from gamemeta.evaluation.statistics.aggregates import (
    interquartile_mean,
    level_scores,
    probability_of_improvement,
)

NOTE = (
    "Means over levels with 95% intervals; below, aggregates that a few odd levels cannot sway: the "
    "interquartile mean (the middle half of all levels, each scored by its own par), and how likely the "
    "agent beats its control on a level (Agarwal et al. 2021)."
)


def section(result: Evaluation) -> str:
    """All scores by episode, and the aggregates of the last one."""
    learners = ["agent", *(name for name in CONTROLS if name in result.curves)]
    return (
        f'<section><h2>In numbers</h2><p class="note">{NOTE}</p>'
        f'<div class="card scroll">{_table(result, learners)}</div>'
        f'<div class="card scroll below">{_aggregates(result, learners)}</div></section>'
    )


def _table(result: Evaluation, learners: list[str]) -> str:
    agent, rows = result.curves["agent"], []
    for k in range(result.episodes):
        cells = [cell(interval(result.curves[name], k)) for name in learners]
        cells += [interval(result.curves[name], k)[0] for name in ("random", "par")]
        rows.append([f"episode {k + 1}", *cells, f"{agent.success[k]:.1%}", f"{agent.steps[k]:.1f}"])
    heads = ["", *(PLAYERS[name] for name in (*learners, "random", "par")), "agent solves", "agent steps"]
    return table(heads, rows)


def _aggregates(result: Evaluation, learners: list[str]) -> str:
    episodes, rows = sorted({1, result.episodes}), []
    scores = {name: level_scores(result.arms, name) for name in learners}
    for name in learners:
        mean = interquartile_mean(scores[name][..., [k - 1 for k in episodes]])
        cells = [estimate(mean, k) for k in range(len(episodes))]
        better = probability_of_improvement(scores["agent"][..., -1], scores[name][..., -1])
        rows.append([PLAYERS[name], *cells, "" if name == "agent" else estimate(better, 0, percent=True)])
    heads = [f"interquartile mean, episode {k}" for k in episodes]
    return table(["", *heads, f"agent is better, episode {result.episodes}"], rows)
