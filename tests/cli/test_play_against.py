"""`gamemeta play GAME --against WHO`: keys, the screen, and a terminal that is left as it was."""

import io
import sys
from dataclasses import replace

import pytest
from PIL import Image
from rich.console import Console

from gamemeta.playing import choose
from gamemeta.playing.session import EpisodeResult, Event
from gamemeta.playing.versus import BOT, DRAW, HUMAN, LOST, WON, Versus
from gamemeta_cli.terminal.glyphs import AGENT, PATH, TILES, is_plain
from gamemeta_cli.terminal.keys import keys_of
from gamemeta_cli.terminal.match_screen import screen
from gamemeta_cli.versus import summary
from gamemeta_levels.family import generate
from gamemeta_levels.tiles import FLOOR, PLAYER_1, PLAYER_2, SPAWN, WALL
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
    keys = keys_of(versus.game.spec.action, versus.people)
    return screen(console, versus, replace(versus.frame, **shown), "the title", keys).plain


def results(*ends):
    """Matches that ended so."""
    return tuple(
        EpisodeResult(episode=k + 1, steps=9, returns=0.5, success=end == WON, outcome=end)
        for k, end in enumerate(ends)
    )


def test_the_screen_shows_the_arena_who_one_is_what_one_wants_the_score_and_the_keys():
    page = drawn(Versus("duel", BOT), finished=results(WON, DRAW), events=(Event(0, "something happened"),))
    assert "@@ you are the first player" in page and "P@ the second player" in page
    assert "Hit the other first" in page and "██ wall" in page
    assert "so far won 1 of 2" in page
    assert "something happened" in page
    assert "arrows or wasd: walk" in page and "space: stay" in page and "f: shoot ahead" in page
    assert "q: quit" in page


def test_one_who_plays_in_the_second_seat_is_told_that_goal_and_that_glyph():
    versus = Versus("tag", HUMAN)
    versus.people = (1,)
    page = " ".join(drawn(versus).split())
    assert "P@ you are the runner" in page and "@@ the guard" in page
    assert "Your den opens after step 6" in page and "Stand in the way" not in page


@pytest.mark.parametrize("game", ["tag", "duel", "forage"])
@pytest.mark.parametrize("against", [BOT, HUMAN])
@pytest.mark.parametrize(("width", "height"), [(100, 30), (60, 24), (40, 24), (30, 12)])
def test_it_is_never_larger_than_the_window_and_shows_every_key(game, against, width, height):
    versus = Versus(game, against)
    page = drawn(versus, width, height)
    lines = page.split("\n")
    assert len(lines) <= height and max(map(len, lines)) <= width
    if height >= 24:
        for keys in keys_of(versus.game.spec.action, versus.people).values():
            assert all(word in page for word in keys.words())
        assert "you are" in page or against == HUMAN


def test_agent_trail_others_and_walls_differ_without_colours():
    for plain in (False, True):
        shown = [AGENT, PATH, TILES[WALL], TILES[FLOOR], *(TILES[code] for code in (PLAYER_1, PLAYER_2))]
        texts = [glyph.plain if plain else glyph.text for glyph in shown]
        assert len(set(texts)) == len(texts)
    every = [glyph.plain for code, glyph in TILES.items() if code != SPAWN]
    assert len(set(every)) == len(every)


@pytest.mark.parametrize(
    ("settings", "plain"),
    [
        ({"color_system": "truecolor"}, False),
        ({"color_system": "256"}, False),
        ({"color_system": "standard"}, True),
        ({"color_system": "truecolor", "no_color": True}, True),
        ({"color_system": None}, True),
    ],
)
def test_few_colours_take_letters(settings, plain):
    stream = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    assert is_plain(Console(file=stream, force_terminal=True, **settings)) == plain


def test_the_summary_tells_who_won():
    versus = Versus("duel", BOT)
    assert summary(versus).startswith("stopped before")
    versus.finished = results(WON, LOST, WON)
    assert summary(versus) == "3 matches; won by you (first player) 2, the bot 1; stopped after 3 of 6"
    together = Versus("forage", BOT, matches=1)
    together.finished = results("")
    assert summary(together) == "1 match; earned 0.5"


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
            terminal.read_until("q: quit")
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
