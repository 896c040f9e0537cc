"""Names with what they mean: two columns, or one below the other in a narrow terminal."""

from collections.abc import Iterable, Iterator

from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

NARROW = 60
"""Columns of a terminal below which names stand above what they mean."""
MOST_SHARE = 0.34
"""Share of the width that names may take; longer ones stand above what they mean."""
INDENT, GAP = 2, 2
LEAST = 12
"""Fewest columns of a text."""
NAME, HEADING = "bold cyan", "bold"


class Listing:
    """A heading and rows of a name and its text, drawn to fit the width.

    Args:
        heading: the line above; empty for none.
        rows: name and text of each. Lines of a text stay apart.
    """

    def __init__(self, heading: str, rows: Iterable[tuple[str, str | Text]]) -> None:
        self.heading = heading
        self.rows = [(name, Text(text) if isinstance(text, str) else text) for name, text in rows]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        if self.heading:
            yield from indented(Text(self.heading, HEADING), console, 0)
        room = int(options.max_width * MOST_SHARE) if options.max_width >= NARROW else 0
        column = max((len(name) for name, _ in self.rows if len(name) <= room), default=0)
        left = INDENT + column + GAP
        for name, text in self.rows:
            lines = list(text.wrap(console, max(LEAST, options.max_width - left))) if text else []
            yield from _row(Text(name, NAME), lines, left, beside=0 < len(name) <= column)


def indented(words: str | Text, console: Console, indent: int = INDENT) -> Iterator[Text]:
    """A paragraph, moved to the right."""
    text = Text(words) if isinstance(words, str) else words
    for line in text.wrap(console, max(LEAST, console.width - indent)):
        yield _at(indent, line)


def _row(name: Text, lines: list[Text], left: int, *, beside: bool) -> Iterator[Text]:
    head = _at(INDENT, name)
    if beside and lines:
        yield Text.assemble(head, _at(left - head.cell_len, lines.pop(0)), overflow="fold")
    else:
        yield head
    for line in lines:
        yield _at(left, line)


def _at(indent: int, line: Text) -> Text:
    line = line.copy()
    line.rstrip()
    return Text.assemble(" " * indent, line, overflow="fold")
