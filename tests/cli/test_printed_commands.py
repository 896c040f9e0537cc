"""Every command that is printed works as it is printed, and a game is found by the name it was typed with."""

import re
import shlex
import sys
from dataclasses import replace
from pathlib import Path

import gymnasium
import pytest

from gamemeta.command_line import command_word, play_command, resume_command
from gamemeta.games import registry
from gamemeta.games.outside.one_level.game import ScalarGame
from gamemeta.games.outside.pettingzoo.game import PettingZooGame
from gamemeta_cli import run_games
from gamemeta_cli.app import main

SMALL = [
    *("--set", "run.lanes=2", "--set", "run.rollout_steps=8", "--set", "run.validations=0", "--steps", "32"),
    *("--set", "ppo.minibatches=2", "--set", "network.width=8", "--set", "run.shards=1", "--no-check"),
]
PLAIN = """
class Guess:
    actions, step_limit = 3, 4

    def reset(self, level):
        self.secret = level % 3
        return {"hint": 0.0}

    def step(self, action):
        return {"hint": float(action)}, float(action == self.secret), False
"""
ENVIRONMENT = """
import gymnasium, numpy as np
class Env(gymnasium.Env):
    observation_space, action_space = gymnasium.spaces.Discrete(3), gymnasium.spaces.Discrete(3)
    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.t = 0
        return 0, {}
    def step(self, action):
        self.t += 1
        return self.t, 1.0, self.t >= 2, False, {}
gymnasium.register("P/Own-v0", entry_point=Env)
"""
ZOO = """
import numpy as np
from gymnasium import spaces
from pettingzoo import ParallelEnv
class Two(ParallelEnv):
    metadata, possible_agents = {"name": "two"}, ["a", "b"]
    def observation_space(self, agent): return spaces.Discrete(3)
    def action_space(self, agent): return spaces.Discrete(2)
    def reset(self, seed=None, options=None):
        self.t, self.agents = 0, ["a", "b"]
        return dict.fromkeys(self.agents, 0), {a: {} for a in self.agents}
    def step(self, actions):
        self.t += 1
        every = list(self.agents)
        if self.t >= 2: self.agents = []
        return (dict.fromkeys(every, self.t), dict.fromkeys(every, 1.0), dict.fromkeys(every, self.t >= 2),
                dict.fromkeys(every, False), {a: {} for a in every})
"""
COMMAND = re.compile(r"`(gamemeta [^`]+)`|(?:: |^ *)(gamemeta .+?)\.?$", re.MULTILINE)


@pytest.fixture(autouse=True)
def _folder(monkeypatch, tmp_path):
    folder = tmp_path / "my games (new)"
    folder.mkdir()
    (folder / "guess me.py").write_text(PLAIN, encoding="utf-8")
    (folder / "own_printed.py").write_text(ENVIRONMENT, encoding="utf-8")
    (folder / "zoo_printed.py").write_text(ZOO, encoding="utf-8")
    for game in (ScalarGame, PettingZooGame):
        monkeypatch.setattr(game, "about", replace(game.about, test_levels=2))
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def run(monkeypatch, capsys):
    """The exit code and the output of a command, in a process that knows no game yet."""

    def run(*words):
        monkeypatch.setattr(registry, "_typed", registry.Typed())
        for module in ("own_printed", "zoo_printed"):
            sys.modules.pop(module, None)
        gymnasium.registry.pop("P/Own-v0", None)
        monkeypatch.setattr(sys, "argv", ["gamemeta", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capsys.readouterr()
        return ended.value.code or 0, printed.out + printed.err

    return run


def printed_commands(output):
    """The commands in an output, as lists of words."""
    return [shlex.split(a or b)[1:] for a, b in COMMAND.findall(output)]


GAMES = ("guess me.py:Guess", "gymnasium/own_printed:P/Own-v0", "pettingzoo/zoo_printed:Two")


@pytest.mark.parametrize("game", GAMES)
def test_what_a_training_prints_can_be_typed(run, game):
    code, output = run("train", game, *SMALL, "--minutes", 0, "--out", "the run")
    assert code == 0, output
    commands = printed_commands(output)
    assert [words[0] for words in commands][-2:] == ["train", "play"]
    more = {"play": ["--no-animation"], "crossplay": ["--levels", 2]}
    for words in commands:
        typed = ["the run" if word == "AGENT" else word for word in words]
        code, output = run(*typed, *more.get(words[0], ()))
        assert code == 0, output


@pytest.mark.parametrize("game", GAMES)
def test_a_run_goes_on_from_anywhere_with_its_game_or_without(run, game, monkeypatch, tmp_path):
    assert run("train", game, *SMALL, "--out", "the run")[0] == 0
    directory = tmp_path / "my games (new)" / "the run"
    assert run("train", game, "--resume", directory)[0] == 0
    monkeypatch.chdir(tmp_path)
    code, output = run("train", "--resume", directory)
    assert code == 0, output
    assert run(*printed_commands(output)[-1], "--no-animation")[0] == 0


@pytest.mark.parametrize("game", GAMES)
def test_commands_of_a_game_in_detail_can_be_typed(run, game):
    code, output = run("games", game)
    assert code == 0, output
    train, show, play = printed_commands(
        " ".join(output.split("Commands")[1].split("\n")).replace(" gamemeta", "\ngamemeta")
    )
    assert run(*train, *SMALL)[0] == 0
    assert run(*show)[0] == 0
    assert run(*play, "--no-animation")[0] == 0


@pytest.mark.parametrize("game", GAMES)
def test_a_run_of_somebody_else_imports_nothing(run, game):
    """Only the user's own note names the game again: a directory from elsewhere has none."""
    assert run("train", game, *SMALL, "--out", "the run")[0] == 0
    (_note_of("the run")).unlink()
    code, output = run("train", "--resume", "the run")
    assert code == 2
    assert "only when you name it" in output
    assert not {"own_printed", "zoo_printed"} & sys.modules.keys()


def _note_of(directory):

    return run_games._note(Path(directory))


def test_another_game_than_that_of_the_run_is_refused(run):
    assert run("train", GAMES[0], *SMALL, "--out", "the run")[0] == 0
    code, output = run("train", "gymnasium/CartPole-v1", "--resume", "the run")
    assert (code, "plays 'guess me.py:Guess'" in " ".join(output.split())) == (2, True)


@pytest.mark.parametrize(
    "text", ["plain/path.py:Game", "two words", "it's", "a$b", "a`b", "a;b", "(a)", "ä", 'a"b', "a&b", "*"]
)
def test_a_word_is_read_back_as_it_was(text):
    assert shlex.split(command_word(text)) == [text]
    assert shlex.split(play_command(Path(text), text))[2:] == [text, "--level", "test:0", "--game", text]
    assert shlex.split(resume_command(Path(text), text)) == ["gamemeta", "train", text, "--resume", text]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("C:\\runs\\maze-2", "C:\\runs\\maze-2"),
        ("C:\\my runs", '"C:\\my runs"'),
        ("a&b", '"a&b"'),
        ("it's", '"it\'s"'),
    ],
)
def test_on_windows_words_stand_in_double_quotes(monkeypatch, text, word):
    monkeypatch.setattr("gamemeta.command_line.os.name", "nt")
    assert command_word(text) == word
