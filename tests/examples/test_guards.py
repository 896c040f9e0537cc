"""The guards of examples/ learn which exit a player makes for, over an end and a start, and forget it."""

import os
import select
import shutil
import subprocess
from functools import cache

import pytest

import gamemeta
from gamemeta.export.targets.godot import TARGET as GODOT
from scripts.evidence.guards import c as terminal
from scripts.evidence.guards import compiled, godot, lua, played, pygame, pygame_module, rules

ROUNDS, SEED = 4, 7
needs_godot = pytest.mark.skipif(bool(GODOT.missing()), reason="Godot 4 is not installed")
needs_cc = pytest.mark.skipif(not shutil.which("cc"), reason="there is no C compiler")


@cache
def foreign():
    """Files that are no save games of the guard."""
    tag = gamemeta.load("tag", backend="numpy")
    good, other = tag.begin().memory, gamemeta.load("maze", backend="numpy").begin().memory
    scored = (b"5 3 1\n" + memory for memory in (good[:-9], other, tag.begin(2).memory))
    return [b"notes of mine", b"\n", b"1 2 1\n" + good, b"-1 0 0\n" + good, *scored]


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    """The command of examples/c."""
    return compiled(tmp_path_factory.mktemp("c"))


@pytest.fixture(scope="module")
def expected(tmp_path_factory):
    """Wins by the rules alone, of some rounds: the same seed gives the same matches in every language."""
    return cache(lambda rounds: played(rules(tmp_path_factory.mktemp("rules"), SEED), rounds))


def test_the_guard_learns_an_exit_and_forgets_it(expected):
    first, *later = expected(ROUNDS)
    assert first <= 1
    assert sum(later) >= 0.8 * ROUNDS * len(later)


def test_the_window_of_pygame_plays_so(expected, tmp_path, monkeypatch):
    pytest.importorskip("pygame")
    monkeypatch.setenv("SDL_AUDIODRIVER", "dummy")
    assert played(pygame(tmp_path, SEED), 1) == expected(1)


@needs_cc
def test_the_terminal_plays_so(expected, tmp_path):
    assert played(terminal(tmp_path, SEED), ROUNDS) == expected(ROUNDS)


def test_the_game_of_love_plays_so(expected):
    assert played(lua({}, SEED), ROUNDS) == expected(ROUNDS)


@needs_godot
def test_godot_plays_so(expected, tmp_path):
    assert played(godot(tmp_path, SEED), 1) == expected(1)


@needs_godot
def test_godot_keeps_a_file_that_is_no_save_game_and_begins_anew(tmp_path):
    half = godot(tmp_path, SEED)
    fresh = half(True)
    (save,) = tmp_path.glob("**/guard.save")
    good = save.read_bytes()
    for data in (b"notes of mine", b"\n", b"1 2 1\n" + good.partition(b"\n")[2], good[:-9]):
        save.write_bytes(data)
        assert half(False) == fresh
        assert save.with_name("guard.save.old").read_bytes() == data


def test_a_file_that_is_no_save_game_is_kept_and_the_guard_begins_anew(tmp_path):
    save, old = tmp_path / "guard.save", tmp_path / "guard.save.old"
    for data in foreign():
        save.write_bytes(data)
        game = pygame_module("guard").Game(save, SEED)
        assert (game.matches, old.read_bytes(), game.guard.n) == (0, data, 1)
        assert game.note == "The guard begins anew: guard.save.old was no save game of it."
        game.turn("wait")


def test_a_save_game_that_cannot_be_read_or_written_is_said_in_a_sentence(tmp_path):
    game = pygame_module("guard").Game(tmp_path, SEED)
    assert game.note == f"The guard begins anew: {tmp_path.name}: Is a directory."
    game.new_game()
    assert game.note.startswith("It could not be saved: ")
    game.turn("wait")


@needs_cc
def test_so_does_the_terminal(program, tmp_path):
    for data in foreign():
        (tmp_path / "guard.save").write_bytes(data)
        command = {"args": program, "input": " " * 6 + "ddss\n", "cwd": tmp_path}
        done = subprocess.run(**command, capture_output=True, text=True, check=True)
        assert done.stdout.startswith("match 1: ")
        assert done.stderr.startswith("The guard begins anew; guard.save.old was no save game of it: ")
        assert done.stderr.count("\n") == 1
        assert (tmp_path / "guard.save.old").read_bytes() == data


@needs_cc
@pytest.mark.parametrize("plain", ["", "1"])
def test_the_terminal_is_drawn_in_colours_unless_told_otherwise_and_left_as_it_was(program, tmp_path, plain):
    pty, termios = pytest.importorskip("pty"), pytest.importorskip("termios")
    outer, inner = pty.openpty()
    before = termios.tcgetattr(inner)
    environment = {**os.environ, "NO_COLOR": plain}
    game = subprocess.Popen(program, stdin=inner, stdout=inner, env=environment, cwd=tmp_path)
    os.write(outer, b" \x1b[Aq")
    shown = b""
    while not shown.endswith(b"\x1b[?1049l") and select.select([outer], [], [], 30)[0]:
        shown += os.read(outer, 1 << 16)
    assert game.wait(30) == 0
    assert b"The den opens in 4." in shown and b"Match 1. The guard has won 0 of 0." in shown
    assert (b"\x1b[93m@\x1b[0m" in shown) is not bool(plain)
    assert termios.tcgetattr(inner) == before
    os.close(outer)
    os.close(inner)


def test_so_does_the_game_of_love(expected):
    for data in foreign():
        files = {b"guard.save": data}
        assert len(lua(files, SEED)(False)) == 3
        assert files[b"guard.save.old"] == data
        assert files[b"guard.save"].startswith(b"3 ")


def test_the_game_of_love_goes_on_from_its_second_file(expected):
    files = {}
    half = lua(files, SEED)
    half(True)
    files[b"guard.save"] = files[b"guard.save"][:-1]
    half(False)
    assert files[b"guard.save"].startswith(b"6 ")
