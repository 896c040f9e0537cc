"""Consoles whose output goes into a file while colours are forced."""

import io

import pytest

from gamemeta_cli.terminal.console import PlainConsole


@pytest.fixture
def forced(monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)


def test_forced_colours_animate_nothing_in_a_file(forced):
    file = io.StringIO()
    console = PlainConsole(file=file)
    with console.status("working"):
        pass
    assert not console.is_terminal and "working" not in file.getvalue()


def test_forced_colours_are_in_the_file(forced):
    file = io.StringIO()
    PlainConsole(file=file).print("bad", style="red")
    assert "\x1b[" in file.getvalue()


def test_a_terminal_is_one(monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    monkeypatch.setenv("TERM", "xterm")
    for name in ("FORCE_COLOR", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    assert PlainConsole(file=Terminal()).is_terminal
    assert not PlainConsole(file=io.StringIO()).is_terminal
