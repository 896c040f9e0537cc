"""`gamemeta play`, from the command line to the terminal."""

import io
import os
import re
import signal
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image
from rich.cells import cell_len
from rich.console import Console

from gamemeta.agent.file import AgentFile, write_agent
from gamemeta.games.builtin.maze.game import MazeGame
from gamemeta.playing import choose
from gamemeta.playing.session import Session
from gamemeta_cli.app import main
from gamemeta_cli.terminal import playback
from gamemeta_cli.terminal.glyphs import TILES
from gamemeta_cli.terminal.stage import LEAST_COLUMNS, LEAST_LINES, LOG_LINES, draw
from gamemeta_levels.families.maze.family import Maze, MazeParameters
from gamemeta_levels.family import generate
from gamemeta_levels.tiles import NAMES
from tests.helpers.processes import in_terminal

LEVEL = generate(Maze(), 5)


def save_agent(path, **settings):
    """An agent with random weights, which plays badly but plays."""
    spec, width, rng = MazeGame(1).spec, 8, np.random.default_rng(0)
    shapes = {
        "encoder.bias": (width,),
        "actor.weight": (4, width),
        "actor.bias": (4,),
        "cells.0.weight": (3 * width, width),
        "cells.0.bias": (3 * width,),
        "cells.0.out": (width, width),
    } | {f"encoder.tables.{b.name}": (b.rows, width) for b in spec.inputs()}
    agent = {
        "game": "maze",
        "game_config": {},
        "level_parameters": {},
        "spec": spec,
        "network": {"cell": "mingru", "width": width, "layers": 1},
        "episodes": 3,
        "memory": "trial",
        "weights": {name: rng.normal(0, 0.1, s).astype(np.float32) for name, s in shapes.items()},
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    write_agent(AgentFile(**(agent | settings)), path)
    return path


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty working directory, without a shipped agent."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(choose, "find_asset", lambda name: None)
    return tmp_path


def command(monkeypatch, capsys, *words: str) -> tuple[int, str, str]:
    """Exit code, output and errors of `gamemeta play` with these words."""
    monkeypatch.setattr(sys, "argv", ["gamemeta", "play", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    out, err = capsys.readouterr()
    return int(ended.value.code or 0), out, err


def episodes(text: str) -> list[tuple[int, int]]:
    """Number and steps of every episode that was printed."""
    return [(int(n), int(s)) for n, s in re.findall(r"^episode +(\d+): +(\d+) steps", text, re.M)]


def test_outside_a_terminal_it_prints_a_line_for_every_episode(folder, monkeypatch, capsys):
    save_agent(folder / "a.safetensors")
    code, out, _ = command(monkeypatch, capsys, "a.safetensors", "--level", "5")
    assert code == 0
    assert [number for number, _ in episodes(out)] == [1, 2, 3]
    assert f"par: {len(Maze().solve(LEVEL))} steps" in out
    assert "\x1b" not in out


def test_the_seed_decides_what_happens(folder, monkeypatch, capsys):
    save_agent(folder / "a.safetensors")
    runs = [
        command(monkeypatch, capsys, "a.safetensors", "--episodes", "12", "--seed", seed)[1]
        for seed in ("3", "3", "4")
    ]
    assert runs[0] == runs[1] != runs[2]


def test_it_plays_as_many_episodes_as_asked(folder, monkeypatch, capsys):
    save_agent(folder / "a.safetensors")
    _, out, _ = command(monkeypatch, capsys, "a.safetensors", "--episodes", "5")
    assert len(episodes(out)) == 5


def test_wipe_says_so_and_plays(folder, monkeypatch, capsys):
    save_agent(folder / "a.safetensors")
    code, out, _ = command(monkeypatch, capsys, "a.safetensors", "--wipe")
    assert code == 0 and "memory wiped before every episode" in out


def test_a_weaker_agent_is_announced_and_plays_otherwise(folder, monkeypatch, capsys):
    save_agent(folder / "a.safetensors")
    as_trained = command(monkeypatch, capsys, "a.safetensors", "--episodes", "12")
    weaker = command(monkeypatch, capsys, "a.safetensors", "--episodes", "12", "--skill", "0.2")
    assert weaker[0] == 0 and "skill 0.2" in weaker[1] and "skill" not in as_trained[1]
    assert episodes(weaker[1]) != episodes(as_trained[1])


def test_a_skill_above_1_is_refused(folder, monkeypatch, capsys):
    save_agent(folder / "a.safetensors")
    assert command(monkeypatch, capsys, "a.safetensors", "--skill", "1.5")[0] == 2


def test_the_newest_run_is_taken(folder, monkeypatch, capsys):
    for age, name in ((10, "first"), (0, "zeta"), (20, "last")):
        run = save_agent(folder / "runs" / name / "agent.safetensors")
        os.utime(run, (1000 - age, 1000 - age))
    _, out, _ = command(monkeypatch, capsys)
    assert str(choose.RUNS / "zeta" / "agent.safetensors") in out


def test_a_run_folder_stands_for_its_agent(folder, monkeypatch, capsys):
    save_agent(folder / "there" / "agent.safetensors", episodes=2)
    _, out, _ = command(monkeypatch, capsys, "there")
    assert len(episodes(out)) == 2


def test_without_a_run_the_shipped_agent_plays(folder, monkeypatch, capsys):
    shipped = save_agent(folder / "shipped.safetensors", episodes=2)
    monkeypatch.setattr(choose, "find_asset", {"agents/maze.safetensors": shipped}.get)
    _, out, _ = command(monkeypatch, capsys)
    assert "shipped.safetensors" in out and len(episodes(out)) == 2


def test_without_any_agent_it_says_to_train_one(folder, monkeypatch, capsys):
    code, _, err = command(monkeypatch, capsys)
    assert code == 2 and "gamemeta train" in err


def test_a_game_stands_for_its_newest_run(folder, monkeypatch, capsys):
    for age, name, game in ((30, "old", "maze"), (20, "newer", "maze"), (10, "newest", "bandit")):
        run = save_agent(folder / "runs" / name / "agent.safetensors", game=game)
        os.utime(run, (1000 - age, 1000 - age))
    (folder / "runs" / "damaged").mkdir()
    (folder / "runs" / "damaged" / "agent.safetensors").write_bytes(b"?")
    code, out, _ = command(monkeypatch, capsys, "maze")
    assert code == 0 and str(choose.RUNS / "newer" / "agent.safetensors") in out


def test_a_game_without_a_run_stands_for_its_shipped_agent(folder, monkeypatch, capsys):
    shipped = save_agent(folder / "shipped.safetensors", episodes=2)
    monkeypatch.setattr(choose, "find_asset", {"agents/maze.safetensors": shipped}.get)
    _, out, _ = command(monkeypatch, capsys, "maze")
    assert "shipped.safetensors" in out
    code, _, err = command(monkeypatch, capsys, "mdp")
    assert code == 2 and "gamemeta train mdp" in err


def test_a_path_goes_before_a_game_of_its_name(folder, monkeypatch, capsys):
    save_agent(folder / "runs" / "one" / "agent.safetensors")
    save_agent(folder / "maze" / "agent.safetensors", episodes=2)
    _, out, _ = command(monkeypatch, capsys, "maze")
    assert len(episodes(out)) == 2


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["nothing.safetensors"], "nothing.safetensors"),
        (["chess"], "Choose one of: alchemy, bandit, "),
        (["a.safetensors", "--level", "moon:1"], "moon"),
        (["a.safetensors", "--level", "lost.txt"], "lost.txt"),
        (["a.safetensors", "--gif", "a.png"], "ends in .gif"),
        (["a.safetensors", "--gif", "nowhere/a.gif"], "cannot be written"),
        (["a.safetensors", "--speed", "0"], "--speed"),
        (["a.safetensors", "--episodes", "0"], "--episodes"),
    ],
)
def test_what_cannot_be_played_is_one_error(folder, monkeypatch, capsys, words, message):
    save_agent(folder / "a.safetensors")
    code, _, err = command(monkeypatch, capsys, *words)
    assert code == 2 and message in err and "Traceback" not in err


def test_a_gif_is_written_beside_the_lines(folder, monkeypatch, capsys):
    save_agent(folder / "a.safetensors")
    words = ("a.safetensors", "--episodes", "1", "--gif", "a.gif")
    code, out, _ = command(monkeypatch, capsys, *words)
    assert code == 0 and "a.gif" in out
    with Image.open("a.gif") as image:
        assert image.n_frames == episodes(out)[0][1] + 1


@pytest.mark.slow
def test_starting_needs_neither_torch_nor_an_environment_library(tmp_path):
    save_agent(tmp_path / "a.safetensors")
    code = (
        "import sys; from gamemeta_cli.app import app; "
        "app(['play', 'a.safetensors'], standalone_mode=False); "
        "print(sorted({'torch', 'gymnasium', 'pettingzoo', 'PIL'} & set(sys.modules)))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert ran.stdout.splitlines()[-1] == "[]"


# The stage


class Planner:
    """Plays the plan of the solver, over and over."""

    game, game_config, level_parameters, episodes = "maze", {}, {}, 2
    spec = MazeGame(1).spec

    def __init__(self, level):
        self.plan, self.taken = Maze().solve(level), 0

    def begin(self, n=1, seed=0):
        return self

    def decide(self, obs, reward, done):
        self.taken += 1
        return self.plan[(self.taken - 1) % len(self.plan)]

    def forget(self):
        pass


def console(width=80, height=24, encoding="utf-8") -> Console:
    file = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    return Console(width=width, height=height, file=file, force_terminal=True, legacy_windows=False)


def screens(level=LEVEL, **size) -> list[list[str]]:
    """The lines of every screen of a session."""
    on, session = console(**size), Session(Planner(level), level)
    return [draw(frame, session, "maze", on).plain.split("\n") for frame in session.frames()]


def test_the_agent_is_drawn_where_it_stands_two_characters_a_tile():
    session = Session(Planner(LEVEL), LEVEL)
    for frame, screen in zip(session.frames(), screens(encoding="ascii"), strict=True):
        row, column = frame.scene.agent
        board = [line[: 2 * LEVEL.width] for line in screen[2 : 2 + LEVEL.height]]
        assert board[row][2 * column : 2 * column + 2] == "@@"
        assert sum(line.count("@@") for line in board) == 1


def test_walls_goal_and_path_have_their_glyphs():
    last = screens(encoding="ascii")[-2]  # one step before the goal
    board = "".join(line[: 2 * LEVEL.width] for line in last[2 : 2 + LEVEL.height])
    assert board.count("##") == np.count_nonzero(LEVEL.tiles == 0)
    assert board.count("<>") == 1
    assert board.count("..") == len(Maze().solve(LEVEL)) - 2


def test_every_finished_episode_has_a_row_beside_par():
    par = len(Maze().solve(LEVEL))
    last = [line for line in screens()[-1] if re.search(r"━ +\d+ +\d\.\d\d$", line)]
    numbers = [re.findall(r"(\w+)  ━+ +(\d+)", line)[0] for line in last]
    assert numbers == [("1", str(par)), ("2", str(par)), ("par", str(par))]


@pytest.mark.parametrize("size", [(80, 24), (50, 30), (LEAST_COLUMNS, LEAST_LINES), (200, 60)])
@pytest.mark.parametrize("side", [9, 41])
def test_a_screen_never_leaves_its_window_and_always_shows_the_agent(size, side):
    level = generate(Maze(MazeParameters(height=(side, side), width=(side, side))), 1)
    for screen in screens(level, width=size[0], height=size[1], encoding="ascii"):
        assert len(screen) <= size[1]
        assert max(map(len, screen)) <= size[0]
        assert any("@@" in line for line in screen)


@pytest.fixture
def telling(monkeypatch):
    """Mazes that say in which row and column the agent arrived."""

    def events(self, i):
        row, column = self.scene(i).agent
        return (f"came to [{row}] {column}",)

    monkeypatch.setattr(MazeGame, "events", events, raising=False)


def test_a_line_tells_what_happened_in_its_episode(folder, monkeypatch, capsys, telling):
    save_agent(folder / "a.safetensors")
    _, out, _ = command(monkeypatch, capsys, "a.safetensors", "--level", "5")
    lines = [line for line in out.splitlines() if line.startswith("episode")]
    assert all(" - came to [" in line and line.endswith(" more") for line in lines)
    assert max(map(len, lines)) < playback.STORY + 80


def test_the_newest_events_stand_beside_the_board(telling):
    session = Session(Planner(LEVEL), LEVEL)
    for frame, screen in zip(session.frames(), screens(height=40, encoding="ascii"), strict=True):
        shown = [line[2 * LEVEL.width :].split("came to ") for line in screen if "came to" in line]
        newest = frame.events[-LOG_LINES:]
        assert [(int(step), words.strip()) for step, words in shown] == [
            (event.step, event.words.removeprefix("came to ")) for event in newest
        ]


@pytest.mark.parametrize("size", [(80, 24), (LEAST_COLUMNS, LEAST_LINES), (80, 13), (200, 60)])
def test_a_screen_with_events_never_leaves_its_window_either(size, telling):
    for screen in screens(width=size[0], height=size[1], encoding="ascii"):
        assert len(screen) <= size[1] and max(map(len, screen)) <= size[0]


def test_every_tile_has_two_characters_that_no_other_has_in_ascii():
    assert sorted(TILES) == list(range(len(NAMES)))
    assert all(len(g.plain) == 2 == cell_len(g.text) and g.plain.isascii() for g in TILES.values())
    assert len({g.plain for g in TILES.values()}) == len(NAMES)


def test_no_two_tiles_look_alike_in_colour():
    assert len({(g.text, g.ink, g.ground) for g in TILES.values()}) == len(NAMES)


def test_a_tiny_window_is_told_to_grow():
    screen = screens(width=12, height=8)[0]
    assert "too small" in " ".join(screen)
    assert max(map(len, screen)) <= 12 and len(screen) <= 8


def test_a_terminal_without_unicode_gets_ascii():
    assert all("".join(screen).isascii() for screen in screens(encoding="ascii"))


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals like these")
def test_interrupting_restores_the_terminal_and_exits_with_130(tmp_path):
    save_agent(tmp_path / "a.safetensors")
    words = ("-m", "gamemeta_cli", "play", "a.safetensors", "--speed", "0.2")
    with in_terminal(*words, cwd=tmp_path) as terminal:
        terminal.read_until("Episode")
        terminal.process.send_signal(signal.SIGINT)
        terminal.read_until("stopped after")
        assert terminal.process.wait(timeout=20) == 130
    shown = terminal.shown
    entered, left = shown.index(b"\x1b[?1049h"), shown.index(b"\x1b[?1049l")
    assert entered < left < shown.index(b"stopped after 0 of 3 episodes")
    assert shown.rindex(b"\x1b[?25l") < shown.rindex(b"\x1b[?25h")


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_keys_pause_step_and_quit_and_the_terminal_is_as_before(tmp_path):
    import termios

    save_agent(tmp_path / "a.safetensors")
    words = ("-m", "gamemeta_cli", "play", "a.safetensors", "--speed", "0.1")
    with in_terminal(*words, cwd=tmp_path) as terminal:
        before = termios.tcgetattr(terminal.theirs)
        terminal.read_until("space: pause")
        terminal.write(b"n")
        terminal.read_until("go on")
        terminal.write(b".")
        terminal.read_until("2 of ")
        terminal.write(b"q")
        terminal.read_until("stopped after 0 of 3 episodes")
        assert terminal.process.wait(30) == 0
        assert termios.tcgetattr(terminal.theirs) == before
