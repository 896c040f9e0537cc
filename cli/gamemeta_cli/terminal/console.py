"""Where commands print: text from files and from other people's code is shown, and never acted on."""

import textwrap
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Any

import typer
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.text import Text

from gamemeta_cli.terminal.keyboard import without_echo
from gamemeta_levels.text import in_one_line, shown

if TYPE_CHECKING:
    from rich.progress import Progress
    from rich.status import Status

NOTE = 600
"""Most characters of a note."""
STARTING = "starting"
"""Beside the spinner while code is loaded and compiled."""
NARROW = 60
"""Columns of a terminal below which there is no room for a bar."""


class PlainConsole(Console):
    """A console that takes text as it is: no markup, no emoji codes, and escapes for control characters.

    Strings are escaped before they are laid out; what else is drawn, when its segments are known. FORCE_COLOR
    colours what goes into a file or a pipe, and animates nothing there.
    """

    _made = False

    def __init__(self, **settings: Any) -> None:
        super().__init__(**{"highlight": False, "markup": False, "emoji": False, **settings})
        self._forced = settings.get("force_terminal") is not None
        self._made = True

    @property
    def is_terminal(self) -> bool:
        """Whether there is a terminal, which can be drawn over."""
        terminal = super().is_terminal
        if not terminal or not self._made or self._forced:
            return terminal
        return bool(getattr(self.file, "isatty", lambda: False)())

    def render_str(self, text: str, **settings: Any) -> Text:
        """The text, escaped."""
        return super().render_str(shown(text), **settings)

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """Segments whose text is escaped; those that steer the terminal are rich's own."""
        for segment in super().render(renderable, options):
            if segment.control or segment.text.isprintable():
                yield segment
            else:
                yield Segment(shown(segment.text), segment.style)


_spinning: "list[Status]" = []
"""What `spinner` shows."""


@contextmanager
def spinner(words: str) -> "Iterator[Status]":
    """Words beside a spinner on standard error; lines of `echo` and `show_note` end up above it."""
    with without_echo(), PlainConsole(stderr=True).status(words) as status:
        _spinning.append(status)
        try:
            yield status
        finally:
            _spinning.remove(status)


def echo(text: object, *, err: bool = False) -> None:
    """Print text of any number of lines."""
    for status in _spinning:
        status.stop()
    typer.echo(shown(text), err=err)
    for status in _spinning:
        status.start()


def show_note(text: object) -> None:
    """Print a note, one line, beside the output."""
    echo_sentence(f"note: {in_one_line(text, NOTE)}", err=True)


def echo_sentence(text: str, *, err: bool = False) -> None:
    """Print a line as `echo`; where the terminal is too narrow for it, break it as `print_sentence`."""
    echo("\n".join(_broken(text, PlainConsole(stderr=err))), err=err)


COMMAND = ": gamemeta "
"""Before a command at the end of a sentence."""


def print_sentence(console: Console, text: str, style: str | None = None) -> None:
    """Print a line; where the terminal is too narrow for it, break it between words.

    A command at its end then has lines of its own, which the terminal breaks and can be copied as one.
    """
    for line in _broken(text, console):
        console.print(line, style=style, soft_wrap=True)


def _broken(text: str, console: Console) -> list[str]:
    """The lines of a sentence as the console has room for them."""
    if not console.is_terminal or cell_len(text) <= console.width:
        return [text]
    words, colon, command = text.partition(COMMAND)
    sentence = f"{words}:" if colon else words
    lines = textwrap.wrap(sentence, console.width, break_long_words=False, break_on_hyphens=False)
    return lines + [f"gamemeta {command}"] * bool(colon)


class ProgressLine:
    """How far a command is, in a line on standard error that goes away; nothing where that is no terminal.

    Call it with how many are done, of all; it appears with the first call, and again after `stop`. In a
    `with` block a spinner stands for it until then.

    Args:
        what: what is being done, in words: `playing levels`.
    """

    def __init__(self, what: str) -> None:
        self._what, self._console = what, PlainConsole(stderr=True)
        self._progress: Progress | None = None
        self._before = ExitStack()

    def saying(self, what: str) -> Callable[[int, int], None]:
        """The same line with other words, for what is done at another time."""

        def show(done: int, total: int) -> None:
            usual, self._what = self._what, what
            self(done, total)
            self._what = usual

        return show

    def __call__(self, done: int, total: int) -> None:
        if not self._console.is_terminal:
            return
        self._before.close()
        if self._progress is None:
            from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

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
        self._progress.update(self._task, completed=done, total=total, description=self._what)

    def stop(self) -> None:
        """Take the line away."""
        self._before.close()
        if self._progress is not None:
            self._progress.stop()
            self._progress = None

    def __enter__(self) -> "ProgressLine":
        self._before.enter_context(spinner(STARTING))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
