"""`gamemeta` on Gymnasium environments and on plain Python classes."""

import io
import json
import sys
from dataclasses import replace

import pytest
from rich.console import Console

from gamemeta.agent.file import read_agent
from gamemeta.games import registry
from gamemeta.games.outside.one_level.game import ScalarGame
from gamemeta.playing.session import Session
from gamemeta_cli import play as playing
from gamemeta_cli.app import main
from gamemeta_cli.terminal.pace import Pace
from gamemeta_cli.terminal.playback import watch_text
from tests.helpers.wrapping import squeezed

SMALL = [
    *("--set", "run.lanes=8", "--set", "run.rollout_steps=32", "--set", "run.validations=1"),
    *("--set", "run.validation_levels=8", "--set", "ppo.minibatches=4", "--set", "network.width=16"),
    *("--set", "run.shards=1", "--steps", "512"),
]
PLAIN = '''
class Guess:
    """Which of three is it?"""

    actions = 3
    step_limit = 4

    def reset(self, level):
        self.secret = level % 3
        return {"hint": 0.0}

    def step(self, action):
        return {"hint": float(action)}, float(action == self.secret), False
'''


@pytest.fixture(autouse=True)
def _in_a_folder(monkeypatch, tmp_path):
    monkeypatch.setattr(ScalarGame, "about", replace(ScalarGame.about, test_levels=8))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "guess.py").write_text(PLAIN, encoding="utf-8")


def run(monkeypatch, *words):
    """The exit code of `gamemeta WORDS`, in a process that knows no file yet."""
    monkeypatch.setattr(registry, "_typed", registry.Typed())
    monkeypatch.setattr(sys, "argv", ["gamemeta", *map(str, words)])
    with pytest.raises(SystemExit) as ended:
        main()
    return ended.value.code or 0


@pytest.mark.slow
def test_an_environment_is_trained_with_what_varies_and_its_agent_knows(monkeypatch, tmp_path, capsys):
    vary = ("--vary", "gravity=5..15", "--vary", "action=remap")
    assert run(monkeypatch, "train", "gymnasium/CartPole-v1", *vary, *SMALL) == 0
    capsys.readouterr()
    agent = tmp_path / "runs" / "gymnasium-CartPole-v1" / "agent.safetensors"
    assert read_agent(agent).game_config["vary"] == "gravity=5..15,action=remap"
    assert run(monkeypatch, "evaluate", agent, "--levels", 4, "--split", "far", "--json") == 0
    table = json.loads(capsys.readouterr().out)
    assert (table["par"]["return"][0], table["par"]["steps"][0]) == (475.0, None)
    assert run(monkeypatch, "play", "gymnasium/CartPole-v1", "--no-animation", "--level", "test:3") == 0
    assert "par: return 475.00" in capsys.readouterr().out
    assert run(monkeypatch, "info", agent) == 0
    assert run(monkeypatch, "play", agent, "--gif", "a.gif") == 2
    assert "has no map to draw" in capsys.readouterr().err
    assert run(monkeypatch, "train", "--resume", agent.parent) == 0


@pytest.mark.slow
def test_without_par_returns_are_shown_instead_of_scores(monkeypatch, tmp_path, capsys):
    assert run(monkeypatch, "train", "guess.py:Guess", *SMALL) == 0
    printed = capsys.readouterr().out
    assert squeezed("return by episode of the trial") in squeezed(printed)
    assert squeezed("game.par") in squeezed(printed)
    agent = tmp_path / "runs" / "guess" / "agent.safetensors"
    game = ("--game", "guess.py:Guess")
    assert read_agent(agent).scores["test"]["measure"] == "return"
    assert run(monkeypatch, "evaluate", agent, *game, "--levels", 4) == 0
    for command in ("evaluate", "play"):
        capsys.readouterr()
        assert run(monkeypatch, command, agent, "--game", "gymnasium/CartPole-v1") == 2
        assert "this agent plays 'guess.py:Guess'" in capsys.readouterr().err
    assert run(monkeypatch, "train", game[1], "--from", agent, "--set", "game.par=4", *SMALL) == 0
    assert read_agent(tmp_path / "runs" / "guess-2" / "agent.safetensors").scores["test"]["par"]
    assert run(monkeypatch, "evaluate", agent, *game, "--levels", 4, "--report", "a.html") == 0
    assert "Return by episode" in (tmp_path / "a.html").read_text(encoding="utf-8")


def test_a_par_in_the_settings_makes_scores(monkeypatch, tmp_path, capsys):
    assert run(monkeypatch, "train", "guess.py:Guess", *SMALL, "--set", "game.par=4") == 0
    table = json.loads((tmp_path / "runs" / "guess" / "table.json").read_text(encoding="utf-8"))
    assert table["par"]["score"] == [1.0] * 4
    assert "par = 4.0" in (tmp_path / "runs" / "guess" / "config.toml").read_text(encoding="utf-8")


def test_so_few_levels_that_none_is_left_to_test_with_are_refused_before_training(
    monkeypatch, tmp_path, capsys
):
    few = ("--vary", "action=remap", "--set", "game.chance=episode")
    assert run(monkeypatch, "train", "gymnasium/CartPole-v1", *few, *SMALL) == 2
    assert "too few different ones" in capsys.readouterr().err
    assert not (tmp_path / "runs").exists()


def test_a_feed_forward_agent_is_an_option(monkeypatch, tmp_path):
    assert run(monkeypatch, "train", "guess.py:Guess", *SMALL, "--feed-forward") == 0
    table = json.loads((tmp_path / "runs" / "guess" / "table.json").read_text(encoding="utf-8"))
    assert read_agent(tmp_path / "runs" / "guess" / "agent.safetensors").memory == "step"
    assert table["agent"]["return"]


def test_a_memory_is_not_cleared_in_two_places_at_once(monkeypatch, capsys):
    assert run(monkeypatch, "train", "guess.py:Guess", "--feed-forward", "--reset-trained") == 2
    assert "give one" in capsys.readouterr().err


def test_playing_in_a_terminal_shows_the_text_of_every_step(monkeypatch, capsys):
    assert run(monkeypatch, "train", "gymnasium/FrozenLake-v1", *SMALL, "--set", "game.step_limit=5") == 0
    agent = playing.choose_agent(None)
    console = Console(file=io.StringIO(), force_terminal=True, width=80, color_system=None)
    opened: Session = playing.open_session(agent, "test:0", episodes=1, wipe=False, seed=0)
    watch_text(console, opened, opened.frames(), title="lake", pace=Pace(None, 1000.0))
    shown = console.file.getvalue()
    assert shown.count("SFFF") >= 2
    assert "episode 1" in shown


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["gymnasium/CartPoll-v1"], "'CartPoll-v1'"),
        (["gymnasium/CartPole-v1", "--vary", "weight=1..2"], "no such argument"),
        (["maze", "--vary", "gravity=1..2"], "game has no setting 'vary'"),
    ],
)
def test_what_does_not_exist_is_one_clear_error(monkeypatch, capsys, words, message):
    assert run(monkeypatch, "train", *words, *SMALL) == 2
    assert message in capsys.readouterr().err


@pytest.mark.slow
def test_agents_of_a_pettingzoo_environment_are_trained_evaluated_and_watched(monkeypatch, tmp_path, capsys):
    game = "pettingzoo/tests.helpers.zoo:parallel_env"
    assert run(monkeypatch, "train", game, *SMALL, "--set", "game.arguments=walkers=3") == 0
    capsys.readouterr()
    agent = tmp_path / "runs" / "pettingzoo-tests.helpers.zoo-parallel_env" / "agent.safetensors"
    assert run(monkeypatch, "evaluate", agent, "--levels", 4, "--json") == 0
    assert json.loads(capsys.readouterr().out)["measure"] == "return"
    assert run(monkeypatch, "play", agent, "--level", "test:0", "--no-animation") == 0
    assert "episode 1" in capsys.readouterr().out
