"""Tables keep their numbers and names whole, however narrow the terminal is."""

import io
import re

import pytest
from rich.console import Console

from gamemeta.evaluation.statistics.scores import Curve
from gamemeta_cli.terminal.chart import draw_curve
from gamemeta_cli.terminal.console import PlainConsole
from gamemeta_cli.terminal.whole_table import WholeTable

PLAYERS = ("agent", "memory wiped", "memory swapped", "rules redrawn", "random", "par")
CELLS = [[f"{row}.{column}23 ±0.0{row}{column}" for column in range(len(PLAYERS))] for row in range(3)]


def printed(table, width, make=Console):
    console = make(file=io.StringIO(), width=width)
    console.print(table)
    return console.file.getvalue()


def table_of(name="episode", **settings):
    table = WholeTable([name, *PLAYERS], **settings)
    for row, cells in enumerate(CELLS):
        table.add_row(f"a-rather-long-name-{row}" if name == "level" else str(row + 1), *cells)
    return table


@pytest.mark.parametrize("name", ["episode", "level"])
@pytest.mark.parametrize("width", [100, 80, 60, 40, 24])
def test_every_cell_and_name_is_whole_and_no_line_is_too_long(width, name):
    text = printed(table_of(name), width)
    assert all(cell in " ".join(text.split()) for cells in CELLS for cell in cells)
    assert "…" not in text
    assert max(map(len, text.splitlines())) <= width
    if name == "level":
        assert all(f"a-rather-long-name-{row}" in text for row in range(3))


@pytest.mark.parametrize("width", [60, 40])
def test_each_part_names_its_rows(width):
    parts = printed(table_of(), width).count("episode")
    assert parts > 1
    assert len(re.findall(r"(?m)^ *3 ", printed(table_of(), width))) == parts


def test_a_wide_terminal_shows_one_table():
    assert printed(table_of(), 120).count("episode") == 1


def test_sentences_are_wrapped_at_blanks():
    table = WholeTable(["name", "meaning"], prose=["meaning"])
    table.add_row("size", "the share of tiles that can be walked to from the start")
    lines = printed(table, 40).splitlines()
    assert max(map(len, lines)) <= 40
    assert " ".join(" ".join(lines[3:]).replace("size", "").split()).startswith(
        "the share of tiles that can be"
    )


def test_numbers_of_episodes_stand_below_each_other():
    table = WholeTable(["episode", "score"])
    table.add_row("2", "0.5")
    table.add_row("10", "0.6")
    ends = [re.search(r"\b(2|10)\b", line).end() for line in printed(table, 80).splitlines()[3:5]]
    assert len(set(ends)) == 1


def test_what_a_file_calls_itself_is_shown_and_not_acted_on():
    table = WholeTable(["", "\x1b[31mred[/]"], title="\x1b[2Jtitle", prose=())
    table.add_row("[bold]x\x07", "1")
    for width in (80, 12):
        text = printed(table, width, PlainConsole)
        assert "\x1b[31m" not in text and "\x1b[2J" not in text and "\x07" not in text
        assert "[bold]" in text.replace("\n", "")


def curve(episodes):
    values = [0.1 + 0.8 * k / episodes for k in range(episodes)]
    return Curve(values, values, values, values, values, values)


@pytest.mark.parametrize("width", [80, 60, 40, 30])
@pytest.mark.parametrize("episodes", [1, 2, 6, 12, 30, 100])
@pytest.mark.parametrize("players", [["agent"], ["agent", "wiped", "swapped"]])
def test_numbers_below_the_chart_do_not_touch_and_fit(width, episodes, players):
    lines = draw_curve({name: curve(episodes) for name in players}, width=width).plain.splitlines()
    assert max(map(len, lines)) <= width
    numbers = [int(word) for word in lines[-1].split()]
    assert numbers == sorted(set(numbers))
    assert numbers[0] == 1 and numbers[-1] == episodes


def test_a_legend_colours_its_glyphs_alone():
    from gamemeta_cli.terminal.glyphs import AGENT
    from gamemeta_cli.terminal.legend import flow

    (line,) = flow([(AGENT, "you"), (AGENT, "others")], 80, plain=False)
    assert line.plain == "@@ you  @@ others" and not line.style
    assert [(span.start, span.end) for span in line.spans] == [(0, 2), (8, 10)]
