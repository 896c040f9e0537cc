"""How a reproduction shows: a line a job that is drawn anew in a terminal, plain lines elsewhere."""

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich import box
from rich.console import RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table

from gamemeta.reproduction.jobs import Status
from gamemeta.reproduction.sheets import Sheet
from gamemeta.reproduction.workers import Watcher
from gamemeta_cli.terminal.console import PlainConsole, echo
from gamemeta_cli.terminal.screen import clock
from gamemeta_cli.terminal.whole_table import WholeTable

PLAIN_S = 30.0
"""Seconds between two plain lines of a job that goes on."""


class PlainLines:
    """A line when a job begins, every half minute, and when it ends."""

    def __init__(self) -> None:
        self.shown_at: dict[str, tuple[str, float]] = {}

    def begun(self, names: Sequence[str]) -> None:
        echo(f"{len(names)} to do: {', '.join(names)}")

    def progressed(self, name: str, status: Status) -> None:
        kind = status.doing if status.step else "playing"
        before, at = self.shown_at.get(name, ("", 0.0))
        if kind != before or time.monotonic() - at > PLAIN_S:
            self.shown_at[name] = (kind, time.monotonic())
            echo(f"{name}: {_words(status)}")

    def ended(self, name: str, finished: bool) -> None:
        echo(f"{name}: {'done' if finished else 'stopped'}")


class LiveLines:
    """A table of all jobs."""

    def __init__(self, live: Live) -> None:
        self.live = live
        self.jobs: dict[str, Status | str] = {}

    def begun(self, names: Sequence[str]) -> None:
        self.jobs = dict.fromkeys(names, "waiting")
        self.live.update(self.draw())

    def progressed(self, name: str, status: Status) -> None:
        self.jobs[name] = status
        self.live.update(self.draw())

    def ended(self, name: str, finished: bool) -> None:
        self.jobs[name] = "done" if finished else "stopped"
        self.live.update(self.draw())

    def draw(self) -> RenderableType:
        """The table as it is now."""
        table = Table(box=box.SIMPLE_HEAD, caption="Ctrl-C saves and stops", caption_justify="left")
        for heading in ("", "doing", "", "steps", "reward a trial", "left"):
            table.add_column(heading, justify="right" if heading in ("steps", "left") else "left")
        for name, status in self.jobs.items():
            if isinstance(status, str):
                table.add_row(name, status, style="dim" if status == "waiting" else "")
                continue
            bar = ProgressBar(total=1.0, completed=status.share, width=20)
            table.add_row(name, status.doing, bar, *_figures(status))
        return table


def _figures(status: Status) -> tuple[str, str, str]:
    """Steps, reward and time left, empty where there are none."""
    return (
        f"{status.step:,} of {status.steps:,}" if status.steps else "",
        f"{status.reward:.2f}" if status.reward is not None else "",
        clock(status.left_s) if status.left_s is not None else "",
    )


def _words(status: Status) -> str:
    steps, reward, left = _figures(status)
    parts = [
        f"{status.doing} {status.share:.0%}",
        f"step {steps}" if steps else "",
        f"reward {reward} a trial" if reward else "",
        f"{left} left" if left else "",
    ]
    return ", ".join(part for part in parts if part)


@contextmanager
def make_watcher() -> Iterator[Watcher]:
    """The screen that suits where the output goes."""
    console = PlainConsole()
    if not (console.is_terminal and sys.stdout.isatty()):
        yield PlainLines()
        return
    with Live(console=console, refresh_per_second=4) as live:
        yield LiveLines(live)


def draw_sheet(sheet: Sheet) -> WholeTable:
    """The table of a problem for the terminal."""
    table = WholeTable(["", *sheet.columns], title=sheet.title)
    for group, rows in sheet.groups:
        table.add_row(group, style="italic dim")
        for row in rows:
            table.add_row(row.name, *row.cells, style="bold" if row.strong else "")
    return table
