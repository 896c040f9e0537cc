"""The curve in the terminal, read back from its characters."""

import pytest

from gamemeta.evaluation.statistics.scores import Curve
from gamemeta_cli.terminal.chart import EIGHTHS, HEIGHT, draw_curve


def curve(*scores):
    zeros = [0.0] * len(scores)
    return Curve(list(scores), zeros, zeros, zeros, zeros, zeros)


def heights(text, count):
    """Height of each column, in eighths of a row."""
    _, *rows = text.plain.splitlines()
    grid = [row[6:].ljust(count) for row in rows[:HEIGHT]]
    return [sum(EIGHTHS.index(row[k]) for row in grid) for k in range(count)]


def test_a_column_is_as_high_as_its_score():
    scores = [0.0, 0.25, 0.5, 1.0, -0.3]
    drawn = draw_curve({"agent": curve(*scores)})
    found = heights(drawn, 25)[::5]
    assert found == pytest.approx([8 * HEIGHT * max(s, 0) for s in scores], abs=0.5)


def test_a_column_below_0_hangs_from_it():
    text = draw_curve({"agent": curve(0.5, -0.3, -0.05)}).plain
    lines = text.splitlines()[1:]
    zero = next(k for k, line in enumerate(lines) if line.startswith(" 0.0| "))
    columns = [[line[6:].ljust(15)[5 * k] for line in lines] for k in range(3)]
    assert [column[:zero].count("█") for column in columns] == [5, 0, 0]
    below = [column[zero + 1 : -1] for column in columns]
    assert [cells.count("█") + cells.count("▀") / 2 for cells in below] == [0, 3, 0.5]
    assert "-0.2| " in text
    assert lines[-1].split() == ["1", "2", "3"]


def test_no_line_is_below_0_without_scores_below_it():
    assert draw_curve({"agent": curve(0.0, 0.5)}).plain.splitlines()[-2].startswith(" 0.0| ")


def test_a_score_above_1_stretches_the_scale():
    drawn = draw_curve({"agent": curve(2.0, 1.0)})
    assert heights(drawn, 10)[::5] == [8 * HEIGHT, 4 * HEIGHT]
    assert " 2.0| " in drawn.plain


@pytest.mark.parametrize("episodes", [1, 2, 4, 18, 19, 1000])
def test_any_number_of_episodes_fits_80_columns(episodes):
    players = {name: curve(*[0.5] * episodes) for name in ("agent", "wiped", "swapped", "random", "par")}
    lines = draw_curve(players).plain.splitlines()
    assert max(map(len, lines)) <= 80
    shown = lines[-1].split()
    assert (shown[0], shown[-1]) == ("1", str(episodes))


def test_a_terminal_without_block_characters_gets_ascii():
    drawn = draw_curve({"agent": curve(0.3, 0.62), "wiped": curve(0.3, 0.3)}, ascii_only=True)
    assert drawn.plain.isascii()
    assert "#" in drawn.plain
