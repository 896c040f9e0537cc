"""Where commands print: text from files and from other people's code is shown, and never acted on."""

from collections.abc import Iterable
from typing import Any

import typer
from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.text import Text

from gamemeta_levels.text import in_one_line, shown

NOTE = 600
"""Most characters of a note."""


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


def echo(text: object, *, err: bool = False) -> None:
    """Print text of any number of lines."""
    typer.echo(shown(text), err=err)


def show_note(text: object) -> None:
    """Print a note, one line, beside the output."""
    typer.echo(f"note: {in_one_line(text, NOTE)}", err=True)
