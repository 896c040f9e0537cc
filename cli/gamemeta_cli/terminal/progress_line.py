"""How far a command is, in a line on standard error that goes away; nothing where that is no terminal."""

from types import TracebackType

from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from gamemeta_cli.terminal.console import PlainConsole

NARROW = 60
"""Columns of a terminal below which there is no room for a bar."""


class ProgressLine:
    """Call it with how many are done, of all; it appears with the first call, and again after `stop`.

    Args:
        what: what is being done, in words: `playing levels`.
    """

    def __init__(self, what: str) -> None:
        self._what, self._console = what, PlainConsole(stderr=True)
        self._progress: Progress | None = None

    def __call__(self, done: int, total: int) -> None:
        if not self._console.is_terminal:
            return
        if self._progress is None:
            bar = [BarColumn(bar_width=None)] if self._console.width >= NARROW else []
            columns = ("{task.description}", "{task.completed:,.0f} of {task.total:,.0f}")
            words, count = (TextColumn(form) for form in columns)
            self._progress = Progress(
                SpinnerColumn(),
                words,
                *bar,
                count,
                TimeElapsedColumn(),
                console=self._console,
                transient=True,
                expand=bool(bar),
            )
            self._task = self._progress.add_task(self._what, total=total)
            self._progress.start()
        self._progress.update(self._task, completed=done, total=total)

    def stop(self) -> None:
        """Take the line away."""
        if self._progress is not None:
            self._progress.stop()
            self._progress = None

    def __enter__(self) -> "ProgressLine":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
