"""Tables of an evaluation for the terminal: by episode, and by training seed."""

from collections.abc import Sequence
from math import inf, isfinite
from typing import TYPE_CHECKING

from gamemeta_cli.terminal.whole_table import WholeTable

if TYPE_CHECKING:
    from gamemeta.evaluation.beliefs import BeliefReport
    from gamemeta.evaluation.evaluation import Evaluation
    from gamemeta.evaluation.statistics.intervals import Interval
    from gamemeta.evaluation.statistics.scores import Curve
    from gamemeta.evaluation.study import Member

PLAYERS = {
    "agent": "agent",
    "wiped": "memory wiped",
    "swapped": "memory swapped",
    "redrawn": "rules redrawn",
    "random": "random",
    "par": "par",
}


WIDEST = 1.0
"""Half of the widest interval of scores that is shown: random play scores 0, par 1."""
MOST_ROWS = 12
"""Of longer trials, only some episodes are shown."""


def shown_episodes(episodes: int) -> list[int]:
    """Numbers, from 1, of the episodes to show: all of them, or 1, 2, 5, 10, 20, 50 ... and the last."""
    if episodes <= MOST_ROWS:
        return list(range(1, episodes + 1))
    steps = (digit * 10**power for power in range(9) for digit in (1, 2, 5))
    return [*(k for k in steps if k < episodes), episodes]


def adaptation_table(result: "Evaluation") -> list[WholeTable]:
    """Scores with their 95% intervals, then success, where it is known, and steps, by episode."""
    from gamemeta.evaluation.statistics.intervals import basis

    players = [name for name in PLAYERS if name in result.curves]
    played = f"{result.game}, {result.levels_in_words()}"
    over = f"± 95% over {basis(result.seeds)}"
    scores = _table(f"{played}: {result.measure} by episode of the trial\n{over}", players)
    known = any(result.curves[name].knows_success for name in players if name != "par")
    details = _table("success, and steps of an episode" if known else "steps of an episode", players)
    for k in (number - 1 for number in shown_episodes(result.episodes)):
        curves = {name: result.curves[name] for name in players}
        scores.add_row(str(k + 1), *(_score(name, curve, k, result.scored) for name, curve in curves.items()))
        if result.scored and _margin(curves["agent"], k) > WIDEST:
            scores.caption = "Too few levels for an interval where none is shown."
        details.add_row(str(k + 1), *(_details(curve, k, known) for curve in curves.values()))
    if not result.scored:
        scores.caption = (
            "Returns, not scores: it is not known what return counts as score 1. Set one that is above what "
            "random play earns, by --set game.par, in a training that begins --from this agent."
        )
    if not result.setup.family().about.held_out:
        details.caption = "Every level of this family is trained on: none is held out, whatever the split."
    if result.notes:
        details.caption = "\n".join(f"{note[0].upper()}{note[1:]}." for note in result.notes)
    return [scores, details]


def belief_table(report: "BeliefReport") -> WholeTable:
    """Log loss by episode for each fact, beside exact inference where it is known; then how often the
    likeliest value is right, how likely it was thought to be, and how far the two lie apart."""
    episodes = shown_episodes(report.episodes)
    table = WholeTable(
        ["fact", "", *(f"episode {k}" for k in episodes)], title="beliefs of hidden facts, over all steps"
    )
    for name, one in report.facts.items():
        exact = report.exact.get(name)
        rows = {"log loss": [f"{x:.3f}" for x in one.log_loss]}
        if exact is not None:
            rows["exact inference"] = [f"{x:.3f}" for x in exact.log_loss]
        rows["likeliest is right"] = [f"{x:.0%}" for x in one.right]
        rows["thought to be so"] = [f"{x:.0%}" for x in one.sure]
        rows["calibration error"] = [f"{x:.3f}" for x in one.error]
        for measure, values in rows.items():
            first = name if measure == "log loss" else ""
            table.add_row(first, measure, *(values[k - 1] for k in episodes))
    return table


def seeds_table(members: Sequence["Member"]) -> WholeTable:
    """A row an agent: training seed, digest, first and last episode, and the index where it is known."""
    last = members[0].evaluation.episodes
    episodes = [f"episode {k}" for k in sorted({1, last})]
    index = ["adaptation index"] if members[0].evaluation.adaptation else []
    table = WholeTable(["seed", "agent", *episodes, *index], title="by training seed")
    for member in members:
        curve, adaptation = member.evaluation.curves["agent"], member.evaluation.adaptation
        scores = [score_cell(curve, k - 1, member.evaluation.scored) for k in sorted({1, last})]
        table.add_row(
            str(member.seed),
            member.agent.digest,
            *scores,
            *([_index(adaptation.index)] if adaptation else []),
        )
    return table


def score_cell(curve: "Curve", k: int, scored: bool) -> str:
    """Score or return in episode k + 1 with half the width of its 95% interval.

    An interval of scores that is wider than their scale, from random play to par, is left out.
    """
    margin = _margin(curve, k)
    return around(curve.score[k], inf if scored and margin > WIDEST else margin)


def _margin(curve: "Curve", k: int) -> float:
    return (curve.score_high[k] - curve.score_low[k]) / 2


def around(value: float, margin: float) -> str:
    """A value with half the width of its interval, if it has one."""
    return f"{value:.3f} ±{margin:.3f}" if isfinite(margin) else f"{value:.3f}"


def _index(index: "Interval") -> str:
    return around(index.value, (index.high - index.low) / 2) if isfinite(index.value) else str(index)


def _table(title: str, players: Sequence[str]) -> WholeTable:
    headings = ["episode", *(PLAYERS[name] for name in players)]
    return WholeTable(headings, title=title, bold=["agent"])


def _details(curve: "Curve", k: int, known: bool) -> str:
    """Success, where some are known, and steps in episode k + 1."""
    success, steps = curve.success[k], curve.steps[k]
    parts = [f"{success:.0%}" if isfinite(success) else "-"] if known else []
    return ", ".join([*parts, f"{steps:.1f}" if isfinite(steps) else "-"])


def _score(name: str, curve: "Curve", k: int, scored: bool) -> str:
    return (
        f"{round(curve.score[k], 2) + 0.0:.2f}" if name in ("random", "par") else score_cell(curve, k, scored)
    )
