"""The adaptation table for the terminal."""

from rich import box
from rich.table import Table

from gamemeta.evaluation.evaluation import Evaluation

PLAYERS = {
    "agent": "agent",
    "wiped": "memory wiped",
    "swapped": "memory of another level",
    "random": "random",
    "par": "par (solver)",
}


def adaptation_table(result: Evaluation) -> list[Table]:
    """Score with 95% interval, then success and steps, by episode."""
    many = result.episodes > 8
    shown = range(result.episodes)
    if many:
        shown = range(0, result.episodes, -(-result.episodes // 8))
        shown = [*shown] if shown[-1] == result.episodes - 1 else [*shown, result.episodes - 1]  # type: ignore[assignment]
    title = f"{result.game}, {result.levels:,} {result.split} levels: score by episode of the trial"
    score = Table(box=box.SIMPLE_HEAD, title=title, title_justify="left")
    detail = Table(box=box.SIMPLE_HEAD, title="success / steps", title_justify="left")
    for table in (score, detail):
        table.add_column("")
        for k in shown:
            table.add_column(f"episode {k + 1}", justify="right", no_wrap=True)
    for name, curve in result.curves.items():
        style = "bold" if name == "agent" else ""
        scores = [_score(curve.score[k], curve.score_low[k], curve.score_high[k]) for k in shown]
        score.add_row(PLAYERS[name], *scores, style=style)
        details = [f"{curve.success[k]:.0%} / {curve.steps[k]:.1f}" for k in shown]
        detail.add_row(PLAYERS[name], *details, style=style)
    return [score, detail]


def _score(value: float, low: float, high: float) -> str:
    return f"{value:.3f} ±{(high - low) / 2:.3f}"
