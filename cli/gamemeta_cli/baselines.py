"""`gamemeta evaluate --baselines`: room, adaptation index and the verdict, for the terminal."""

from pathlib import Path
from typing import TYPE_CHECKING

from rich import box
from rich.table import Table

if TYPE_CHECKING:
    from gamemeta.agent.file import AgentFile
    from gamemeta.evaluation.comparison import Comparison
    from gamemeta.evaluation.evaluation import Evaluation

EXIT_CODES = {"adapted": 0, "not adapted": 3, "not distinguishable": 4}
"""What `--assert adapted` exits with, by verdict."""


def compared(file: "AgentFile", result: "Evaluation", cache: Path) -> "Comparison":
    """Train the baselines, or take them from the cache, and compare."""
    from gamemeta.evaluation.comparison import compare
    from gamemeta.training.baselines import RESET_TRAINED, REVEALED, baseline
    from gamemeta_cli.screen import make_screen

    found = []
    for kind in (RESET_TRAINED, REVEALED):
        with make_screen(tensorboard=False, to_stderr=True) as screen:
            found.append(baseline(file, kind, cache, screen))
    return compare(result, *found)


def comparison_table(comparison: "Comparison") -> Table:
    """Scores of the agent and of its baselines by episode."""
    rows = {
        "agent": comparison.agent.curves["agent"],
        "reset-trained": comparison.reset_trained.curves["agent"],
        "fine-tuned (64 levels)": comparison.fine_tuned,
        "revealed": comparison.revealed.curves["agent"],
    }
    table = Table(box=box.SIMPLE_HEAD, title="score beside the baselines", title_justify="left")
    table.add_column("episode", justify="right")
    for name in rows:
        table.add_column(name, justify="right")
    for k in range(comparison.agent.episodes):
        halves = [(c.score[k], (c.score_high[k] - c.score_low[k]) / 2) for c in rows.values()]
        table.add_row(str(k + 1), *(f"{score:.3f} ±{half:.3f}" for score, half in halves))
    return table


def summary(comparison: "Comparison") -> str:
    """Room, index and verdict in three lines."""
    a = comparison.adaptation
    return (
        f"room              {a.room}: revealed {a.revealed.value:.3f} minus reset-trained "
        f"{a.reset_trained.value:.3f}\n"
        f"adaptation index  {a.index}: 0 has not adapted, 1 plays as if told\n"
        f"verdict           {a.verdict}: {a.reason}"
    )
