"""Tables whose numbers and names are never cut: what does not fit beside each other goes below."""

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from rich import box
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

from gamemeta_levels.text import shown

LEAST_PROSE = 24
"""Fewest characters of a column of sentences."""
Row = tuple[tuple[str, ...], str]
"""Cells and style."""


class WholeTable:
    """A table that is drawn in several parts where it is wider than the terminal.

    Each part repeats the columns that name a row. Where not even one more column fits beside these, each cell
    gets a line.

    Args:
        headings: of the columns; those that name a row stand to the left, the others to the right.
        keys: how many columns name a row.
        title: the lines above.
        prose: headings of columns of sentences, which stand to the left and are wrapped at blanks.
        bold: headings of columns in bold.
        settings: of `rich.table.Table`.
    """

    def __init__(
        self,
        headings: Sequence[str],
        *,
        keys: int = 1,
        title: str = "",
        prose: Sequence[str] = (),
        bold: Sequence[str] = (),
        **settings: Any,
    ) -> None:
        self.headings, self.title, self.caption = list(headings), title, ""
        self._keys = range(keys)
        self._prose, self._bold = frozenset(prose), frozenset(bold)
        self._settings = {"box": box.SIMPLE_HEAD, **settings}
        self._rows: list[Row] = []
        self._widths = [0] * len(headings)
        """Characters of the widest cell of each column."""
        self._widest: dict[int, Row] = {}
        """The row of that cell: what a column of many rows is measured by."""

    @property
    def row_count(self) -> int:
        """Number of rows."""
        return len(self._rows)

    def add_row(self, *cells: str, style: str = "") -> None:
        """Add a row; cells that are missing are empty."""
        row = (cells + ("",) * (len(self.headings) - len(cells)), style)
        self._rows.append(row)
        for column, cell in enumerate(row[0]):
            width = _width_of(cell)
            if width > self._widths[column]:
                self._widths[column], self._widest[column] = width, row

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        if self.title:
            yield from Text(self.title, style="italic").wrap(console, options.max_width)
        parts: list[Table | Text] = list(self._parts(console, options.max_width))
        for one in parts or self._lines():
            yield from one.wrap(console, options.max_width) if isinstance(one, Text) else [one]
        if self.caption:
            yield from Text(self.caption, style="dim italic").wrap(console, options.max_width)

    def _parts(self, console: Console, width: int) -> Iterator[Table]:
        """Tables that fit; none where a column does not fit beside the first."""
        columns = range(len(self._keys), len(self.headings))
        if self._width(console, columns, wrapped=False) <= width:
            yield self._table(columns, self._rows, wrapped=False)
            return
        if any(self._width(console, [column]) > width for column in columns):
            return
        part: list[int] = []
        for column in columns:
            if part and self._width(console, [*part, column]) > width:
                yield self._table(part, self._rows)
                part = []
            part.append(column)
        yield self._table(part, self._rows)

    def _width(self, console: Console, columns: Sequence[int], wrapped: bool = True) -> int:
        """Characters that these columns need beside the names, with no cell wrapped but those of prose."""
        table = self._table(columns, self._widest.values(), wrapped=wrapped)
        for column in table.columns:
            if not column.no_wrap:
                column.max_width = LEAST_PROSE
        return console.measure(table, options=console.options.update(width=10**6)).maximum

    def _table(self, columns: Sequence[int], rows: Iterable[Row], wrapped: bool = True) -> Table:
        """These rows with their names and these columns."""
        table = Table(**self._settings)
        shown = [*self._keys, *columns]
        for k in shown:
            heading = self.headings[k]
            prose = heading in self._prose
            if wrapped:
                heading = self._wrapped(k)
            table.add_column(
                heading,
                justify="left" if prose or self._names_rows(k) else "right",
                style="bold" if self.headings[k] in self._bold else "",
                no_wrap=not prose,
                width=None if prose else max(self._widths[k], _width_of(heading)),
            )
        for cells, style in rows:
            table.add_row(*(cells[k] for k in shown), style=style)
        return table

    def _names_rows(self, column: int) -> bool:
        """Whether it holds names of rows that are words, not numbers."""
        return column in self._keys and not all(cells[column].isdigit() for cells, _ in self._rows)

    def _wrapped(self, column: int) -> str:
        """The heading, as narrow as its longest word and its cells allow."""
        heading = self.headings[column]
        width = 0 if heading in self._prose else self._widths[column]
        least = max([*map(len, heading.split()), width])
        return "\n".join(textwrap.wrap(heading, max(1, least), break_long_words=False)) or heading

    def _lines(self) -> Iterator[Text]:
        """A row as lines: its name, then a line for each cell."""
        for cells, style in self._rows:
            names = (f"{self.headings[k]} {cells[k]}".strip().replace("\n", ", ") for k in self._keys)
            yield Text(", ".join(names), style=f"bold {style}".strip())
            for heading, cell in list(zip(self.headings, cells, strict=True))[len(self._keys) :]:
                if cell:
                    yield Text(f"{heading}: {cell}".replace("\n", ", "))


def _width_of(cell: str) -> int:
    """Characters of its widest line."""
    return max(map(cell_len, shown(cell).split("\n")))
