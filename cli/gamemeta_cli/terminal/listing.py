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
            if lines and len(name) <= column:
                yield Text.assemble(" " * INDENT, (name.ljust(column + GAP), NAME), _at(0, lines.pop(0)))
            else:
                yield from indented(Text(name, NAME), console)
            yield from (_at(left, line) for line in lines)


def indented(words: str | Text, console: Console, indent: int = INDENT) -> Iterator[Text]:
    """A paragraph, moved to the right."""
    text = Text(words) if isinstance(words, str) else words
    for line in text.wrap(console, max(LEAST, console.width - indent)):
        yield _at(indent, line)


def _at(indent: int, line: Text) -> Text:
    line = line.copy()
    line.rstrip()
    return Text.assemble(" " * indent, line, overflow="fold")
