"""`gamemeta play GAME --against WHO`: keys, the screen, and a terminal that is left as it was."""

import io
import sys
from dataclasses import replace

import pytest
from PIL import Image
from rich.console import Console

from gamemeta.playing import choose
from gamemeta.playing.session import EpisodeResult, Event
from gamemeta.playing.versus import BOT, HUMAN, Versus
from gamemeta_cli.versus import keys_of, screen, summary
from gamemeta_levels.family import generate
from tests.cli.test_play_command import command
from tests.helpers.processes import in_terminal
from tests.helpers.wrapping import squeezed

PLAY = ("-m", "gamemeta_cli", "play")


def test_without_a_terminal_it_says_so(monkeypatch, capsys):
    code, _, error = command(monkeypatch, capsys, "duel", "--against", "bot")
    assert code == 2 and "needs a terminal" in error


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("maze", "--against", "bot"), "played alone"),
        (("--against", "bot"), "which game?"),
        (("duel", "--against", "nobody"), "nobody"),
        (("duel", "--against", "bot", "--gif", "match.txt"), "ends in .gif"),
    ],
)
def test_what_cannot_be_played_is_refused(monkeypatch, capsys, words, message):
    code, _, error = command(monkeypatch, capsys, *words)
    assert code == 2 and squeezed(message) in squeezed(error)


def drawn(versus, width=90, height=30, **shown):
    versus.begin(generate(versus.family, 1))
    console = Console(file=io.StringIO(), width=width, height=height, force_terminal=True)
    return screen(console, versus, replace(versus.frame, **shown), "duel", keys_of(versus)).plain


def test_the_screen_shows_the_arena_the_score_and_the_keys():
    won = [EpisodeResult(episode=k + 1, steps=9, returns=r, success=r == 1) for k, r in enumerate((1.0, 0.5))]
    page = drawn(Versus("duel", BOT), finished=tuple(won), events=(Event(0, "something happened"),))
    assert "you are the first; won so far 1.5 of 2" in page
    assert "something happened" in page
    assert "arrows or wasd walk, space stay, f shoot ahead" in page
    assert "q quits" in page


def test_it_is_never_larger_than_the_window():
    lines = drawn(Versus("duel", HUMAN), width=30, height=10).split("\n")
    assert len(lines) <= 10 and max(map(len, lines)) <= 30


def test_two_people_have_keys_of_their_own():
    first, second = keys_of(Versus("duel", HUMAN)).values()
    assert first.keys().isdisjoint(second.keys())
    assert set(first.values()) == set(second.values())
    assert set(next(iter(keys_of(Versus("tag", BOT)).values())).values()) == {(k,) for k in range(5)}


def test_the_summary_tells_every_match():
    assert summary([1.0, 0.5], 2) == "won 1.5 of 2 matches (1 0.5)"
    assert summary([1.0], 2).endswith("stopped after 1 of 2")


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_a_person_plays_a_step_and_quits_and_the_terminal_is_as_before(tmp_path):
    import termios

    with in_terminal(*PLAY, "duel", "--against", "bot", cwd=tmp_path) as terminal:
        before = termios.tcgetattr(terminal.theirs)
        terminal.read_until("step 0 of 40")
        terminal.write(b"\x1b[A")
        terminal.read_until("step 1 of 40")
        terminal.write(b"q")
        terminal.read_until("stopped before")
        assert terminal.process.wait(30) == 0
        assert termios.tcgetattr(terminal.theirs) == before


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_a_match_becomes_a_gif(tmp_path):
    words = ("tag", "--against", "bot", "--episodes", "1", "--gif", "match.gif")
    with in_terminal(*PLAY, *words, cwd=tmp_path) as terminal:
        terminal.read_until("step 0 of")
        while b"any key" not in terminal.shown:
            terminal.write(b" ")
            terminal.read_until("q quits")
        terminal.write(b" ")
        terminal.read_until("kB")
        assert terminal.process.wait(30) == 0
    with Image.open(tmp_path / "match.gif") as picture:
        assert picture.n_frames > 2


def test_an_agent_is_found_as_everywhere(monkeypatch, capsys, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(choose, "find_asset", lambda name: None)
    code, _, error = command(monkeypatch, capsys, "duel", "--against", "duel")
    assert code == 2 and squeezed("gamemeta train duel") in squeezed(error)
