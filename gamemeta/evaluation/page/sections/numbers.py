"""The curves as tables, and the aggregates that Agarwal et al. (2021) recommend."""

from typing import Any

from gamemeta.evaluation.evaluation import Evaluation
from gamemeta.evaluation.page.measure import level_values, references
from gamemeta.evaluation.page.players import CONTROLS, PLAYERS
from gamemeta.evaluation.page.sections.cells import Cell, Table, bounds_in_episode, entry
from gamemeta.evaluation.statistics.aggregates import interquartile_mean, probability_of_improvement

NOTE = (
    "Means over levels with 95% intervals; below, aggregates that a few odd levels cannot sway: the "
    "interquartile mean (the middle half of all levels{}), and how likely the agent beats its control on a "
    "level (Agarwal et al. 2021)."
)


def section(result: Evaluation) -> dict[str, Any]:
    """All scores by episode, and the aggregates of the last one."""
    learners = ["agent", *(name for name in CONTROLS if name in result.curves)]
    return {
        "note": NOTE.format(", each scored by its own par" if result.scored else ""),
        "scores": _scores(result, learners),
        "aggregates": _aggregates(result, learners),
    }


def _scores(result: Evaluation, learners: list[str]) -> Table:
    agent, rows, others = result.curves["agent"], [], references(result)
    for k in range(result.episodes):
        row: list[str | Cell] = [f"episode {k + 1}"]
        row += [bounds_in_episode(result.curves[name], k) for name in learners]
        row += [bounds_in_episode(result.curves[name], k).value for name in others]
        solved = [f"{agent.success[k]:.1%}"] if agent.knows_success else []
        rows.append([*row, *solved, f"{agent.steps[k]:.1f}"])
    known = ["agent solves"] if agent.knows_success else []
    heads = ["", *(PLAYERS[name] for name in (*learners, *others)), *known, "agent steps"]
    return Table(heads, rows)


def _aggregates(result: Evaluation, learners: list[str]) -> Table:
    episodes, rows = sorted({1, result.episodes}), []
    scores = {name: level_values(result, name) for name in learners}
    for name in learners:
        mean = interquartile_mean(scores[name][..., [k - 1 for k in episodes]], result.clusters)
        row: list[str | Cell] = [PLAYERS[name], *(entry(mean, k) for k in range(len(episodes)))]
        ours, theirs = (scores[one][..., -1] for one in ("agent", name))
        better = probability_of_improvement(ours, theirs, result.clusters)
        rows.append([*row, "" if name == "agent" else entry(better, 0, percent=True)])
    heads = [f"interquartile mean, episode {k}" for k in episodes]
    return Table(["", *heads, f"agent is better, episode {result.episodes}"], rows)
