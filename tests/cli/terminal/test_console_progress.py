"""A line that says how far a command is, on terminals alone."""

import io
import sys

import pytest
from rich.console import Console

from gamemeta_cli.terminal.console import ProgressLine, print_sentence, show_note, spinner


class Terminal(io.StringIO):
    """Standard error of a terminal."""

    def isatty(self):
        return True


@pytest.mark.parametrize("columns", [80, 40])
def test_the_line_says_how_many_are_done_and_goes_away(monkeypatch, columns):
    monkeypatch.setattr(sys, "stderr", Terminal())
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setenv("TERM", "xterm")
    with ProgressLine("playing levels") as line:
        line(0, 1024)
        line(300, 1024)
        line.stop()
        assert "300 of 1,024" in sys.stderr.getvalue()
        before = len(sys.stderr.getvalue())
        line(1000, 1024)
    assert "1,000 of 1,024" in sys.stderr.getvalue()[before:]
    assert sys.stderr.getvalue().endswith("\x1b[2K"), "the line is wiped"


def test_nothing_is_written_where_there_is_no_terminal(monkeypatch):
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    monkeypatch.setenv("FORCE_COLOR", "1")
    with ProgressLine("playing levels") as line:
        line(3, 7)
    assert sys.stderr.getvalue() == ""


@pytest.mark.parametrize("plain", [True, False])
def test_a_note_stands_in_a_line_without_the_spinner(monkeypatch, plain):
    monkeypatch.setattr(sys, "stderr", Terminal())
    monkeypatch.setenv("TERM", "xterm")
    if plain:
        monkeypatch.setenv("NO_COLOR", "1")
    with spinner("starting"):
        show_note("it is small")
    before, note, after = sys.stderr.getvalue().partition("note: it is small\n")
    assert "starting" in before and before.endswith("\x1b[2K"), "the line was wiped"
    assert note and "starting" in after


def test_a_spinner_stands_for_the_line_until_it_knows_how_far_it_is(monkeypatch):
    monkeypatch.setattr(sys, "stderr", Terminal())
    monkeypatch.setenv("TERM", "xterm")
    with ProgressLine("playing levels") as line:
        line(1, 9)
        assert "starting" in sys.stderr.getvalue()
        before = len(sys.stderr.getvalue())
        line.stop()
    assert "starting" not in sys.stderr.getvalue()[before:]


@pytest.mark.parametrize("terminal", [True, False])
def test_a_sentence_breaks_between_words_and_its_command_stays_whole(terminal):
    console = Console(file=io.StringIO(), width=40, force_terminal=terminal, color_system=None)
    words = "Its time was up after some steps of all of them; go on with"
    command = "gamemeta train my_game.py:MyGame --resume runs/my_game"
    print_sentence(console, f"{words}: {command}")
    lines = console.file.getvalue().splitlines()
    if terminal:
        assert lines[-1] == command and " ".join(lines[:-1]) == f"{words}:"
        assert len(lines) == 3 and max(map(len, lines[:-1])) <= 40
    else:
        assert lines == [f"{words}: {command}"]
