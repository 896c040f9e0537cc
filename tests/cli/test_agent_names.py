"""An agent is named alike everywhere: a file, the directory of a run, or a game."""

import json
import os
import sys
from pathlib import Path

import pytest

import gamemeta
from gamemeta.agent.file import AGENT_FILE, agent_path, read_agent, write_agent
from gamemeta.assets import asset, shipped_agents
from gamemeta.errors import AgentFileError, PluginError
from gamemeta.games import registry
from gamemeta.playing.choose import agent_or_game, choose_agent
from gamemeta_cli.app import main
from gamemeta_levels.families.arena.family import Arena
from gamemeta_levels.families.maze.family import Maze
from gamemeta_levels.family import generate
from gamemeta_levels.formats import write_level
from tests.helpers.agents import tiny_agent


@pytest.fixture(autouse=True)
def _folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(registry, "_typed", registry.Typed())


@pytest.fixture
def run(monkeypatch, capsys):
    """The exit code of `gamemeta WORDS` and what it printed."""

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["gamemeta", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capsys.readouterr()
        return ended.value.code or 0, printed.out, printed.err

    return run


def put(name: str, age: int = 0, **settings) -> Path:
    """A run with an untrained agent, so many seconds old."""
    file = tiny_agent()
    for key, value in settings.items():
        setattr(file, key, value)
    path = Path("runs") / name / AGENT_FILE
    path.parent.mkdir(parents=True)
    write_agent(file, path)
    os.utime(path, (10_000 - age, 10_000 - age))
    return path


def test_a_file_of_python_without_a_class_is_asked_for_its_class(tmp_path):
    (tmp_path / "mine.py").write_text("class Mine: pass\n")
    for choose in (choose_agent, agent_or_game):
        with pytest.raises(PluginError, match=r"name a class in this file, such as mine\.py:MyGame"):
            choose(Path("mine.py"))


def test_an_agent_that_comes_with_gamemeta_is_loaded_by_its_name():
    assert shipped_agents() == ["duel", "dungeon", "forage", "maze", "tag"]
    for name in shipped_agents():
        assert gamemeta.load(name).game == name


def test_what_exists_is_never_taken_for_a_name(tmp_path):
    (tmp_path / "maze").mkdir()
    write_agent(tiny_agent("gru"), tmp_path / "maze" / AGENT_FILE)
    assert gamemeta.load("maze").digest == tiny_agent("gru").digest
    write_agent(tiny_agent("gru"), tmp_path / "tag")
    assert agent_path("tag") == Path("tag")


def test_a_run_directory_is_loaded():
    assert gamemeta.load(put("mine").parent).digest == tiny_agent().digest


@pytest.mark.parametrize("name", ["nothing", "nothing.safetensors", "no/where"])
def test_a_name_that_is_none_is_refused_with_those_that_are(name):
    with pytest.raises(AgentFileError, match="tag"):
        gamemeta.load(name)


def test_a_run_is_found_by_its_name():
    path = put("first try")
    assert choose_agent("first try") == path


@pytest.mark.parametrize(
    "words",
    [
        ["info", "maze"],
        ["evaluate", "maze", "--levels", 4, "--json"],
        ["levels", "rate", "maze", "test:1", "--repeats", 1, "--episodes", 1],
        ["play", "maze", "--episodes", 1],
    ],
    ids=lambda words: words[0],
)
def test_every_command_takes_the_name_of_a_game(run, words):
    code, _, err = run(*words)
    assert code == 0, err


def test_a_training_begins_from_an_agent_by_its_name(run):
    small = ["run.lanes=8", "run.rollout_steps=8", "run.validations=0", "run.steps=64", "run.shards=1"]
    words = [word for one in (*small, "ppo.minibatches=2") for word in ("--set", one)]
    code, _, err = run("train", "--from", "maze", *words, "--minutes", 0, "--out", "on")
    assert code == 0, err
    assert read_agent("on").network == read_agent("maze").network


def test_crossplay_lets_agents_trained_beside_scripted_players_play_their_role(run):
    words = ("--levels", 8, "--matches", 1)
    code, out, err = run("crossplay", "tag", *words, "--json")
    assert code == 0, err
    pairs = {(one["role"], one["agent"], one["against"]) for one in json.loads(out)["pairs"]}
    assert {("guard_0", "tag", "random"), ("guard_0", "tag", "bot"), ("runner_0", "random", "tag")} <= pairs
    assert not any(role == "runner_0" and agent == "tag" for role, agent, _ in pairs)
    assert "tag cannot play runner_0" in run("crossplay", "tag", *words)[1]


@pytest.mark.parametrize(
    ("level", "game"), [("test:17", "maze"), ("mine.txt", "maze"), ("arena.json", "duel")]
)
def test_without_a_name_an_agent_is_taken_that_plays_such_levels(level, game):
    write_level(generate(Maze(), 1), "mine.txt")
    write_level(generate(Arena(), 1), "arena.json")
    put("safe", game="safe.py:Safe")
    put("odd", age=10, game="bandit", level_parameters={}, game_config={})
    assert read_agent(choose_agent(None, level=level)).game == game
    assert choose_agent(None) == Path("runs") / "safe" / AGENT_FILE


def test_the_newest_run_that_plays_the_level_is_taken():
    put("old", age=30)
    wanted = put("new", age=20)
    put("other", age=10, game="safe.py:Safe")
    assert choose_agent(None, level="test:17") == wanted


def test_rate_and_play_take_an_agent_that_plays_mazes(run):
    put("safe", game="safe.py:Safe")
    code, out, err = run("levels", "rate", "test:17", "--repeats", 1, "--episodes", 1, "--json")
    assert code == 0, err
    assert json.loads(out)["agent"] == read_agent(asset("agents/maze.safetensors")).digest
    assert run("play", "--level", "test:17", "--episodes", 1)[0] == 0


def test_a_word_that_names_nothing_is_refused_in_one_line(run):
    for words in (("evaluate", "tagg"), ("crossplay", "tagg"), ("train", "--from", "tagg"), ("info", "tagg")):
        code, _, err = run(*words)
        assert code == 2 and "tagg: this is no agent file" in err and err.count("\n") == 1


def test_a_level_in_place_of_an_agent_is_told_where_it_belongs(run):
    write_level(generate(Maze(), 1), "mine.txt")
    for words in (("play", "mine.txt"), ("evaluate", "mine.txt"), ("info", "mine.txt")):
        code, _, err = run(*words)
        assert code == 2 and "gamemeta play --level mine.txt" in err and err.count("\n") == 1


def test_info_leaves_out_settings_of_a_class_that_say_nothing(run):
    put("safe", game="safe.py:Safe", game_config={"par": None, "step_limit": 0, "processes": 0, "arms": 0})
    line = next(line for line in run("info", "safe")[1].splitlines() if "safe.py:Safe" in line)
    assert line.split() == ["game", "safe.py:Safe", "arms", "0"]


MODULE = """
import gymnasium
class Env(gymnasium.Env):
    observation_space, action_space = gymnasium.spaces.Discrete(3), gymnasium.spaces.Discrete(3)
    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        return seed % 3, {}
    def step(self, action):
        return 0, 1.0, True, False, {}
gymnasium.register("Beside-v0", entry_point=Env)
"""


def test_a_module_in_the_working_directory_is_found(run, monkeypatch, tmp_path):
    (tmp_path / "beside_me.py").write_text(MODULE, encoding="utf-8")
    monkeypatch.setattr(sys, "path", [place for place in sys.path if place not in ("", str(tmp_path))])
    code, _, err = run("games", "gymnasium/beside_me:Beside-v0")
    assert code == 0, err


@pytest.mark.parametrize("name", ["gymnasium/not_here:Beside-v0", "pettingzoo/not_here:make"])
def test_a_module_that_is_nowhere_is_named_with_the_cure(run, name):
    code, _, err = run("games", name)
    assert code == 2 and "folder where not_here.py lies" in err
