"""The adaptation table for the terminal: a row an episode, a column a player."""

from rich import box
from rich.table import Table

from gamemeta.evaluation.evaluation import Evaluation
from gamemeta.evaluation.scores import Curve

PLAYERS = {
    "agent": "agent",
    "wiped": "memory wiped",
    "swapped": "memory swapped",
    "random": "random",
    "par": "par",
}


def adaptation_table(result: Evaluation) -> list[Table]:
    """Scores with their 95% intervals, then success and steps, by episode of the trial."""
    scores = _table(
        f"{result.game}, {result.levels:,} {result.split} levels: score by episode of the trial", result
    )
    details = _table("success, and steps of an episode", result)
    for k in range(result.episodes):
        curves = result.curves.items()
        scores.add_row(str(k + 1), *(_score(name, curve, k) for name, curve in curves))
        details.add_row(str(k + 1), *(f"{c.success[k]:.0%}, {c.steps[k]:.1f}" for _, c in curves))
    return [scores, details]


def _table(title: str, result: Evaluation) -> Table:
    table = Table(box=box.SIMPLE_HEAD, title=title, title_justify="left", title_style="italic")
    table.add_column("episode", justify="right")
    for name in result.curves:
        table.add_column(PLAYERS[name], justify="right", style="bold" if name == "agent" else "")
    return table


def _score(name: str, curve: Curve, k: int) -> str:
    if name in ("random", "par"):
        return f"{curve.score[k]:.2f}"
    return f"{curve.score[k]:.3f} ±{(curve.score_high[k] - curve.score_low[k]) / 2:.3f}"
