"""What the pages about Python classes show runs as it stands, and the guard plays in a loop."""

import re
import runpy
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

import gamemeta
from gamemeta import check_game
from gamemeta.agent.runtime import Agent
from gamemeta.games.outside.python_class.game import PlainAsGame
from gamemeta.games.outside.python_class.seats import SeatedGame
from gamemeta.games.registry import use_class, use_game
from gamemeta.games.setup import GameSetup

ROOT = Path(__file__).parent.parent
OWN = (ROOT / "docs" / "your-own-game.md").read_text(encoding="utf-8")
PYTHON = (ROOT / "docs" / "training-from-python.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
GUARD = ROOT / "examples" / "own-class" / "guard.py"
SMALL = {
    "run.lanes": 8,
    "run.rollout_steps": 8,
    "run.shards": 1,
    "run.validations": 0,
    "network.width": 8,
    "ppo.minibatches": 2,
    "run.steps": 64,
}


def blocks(page):
    return re.findall(r"```python\n(.*?)```", page, re.DOTALL)


@pytest.fixture(autouse=True)
def _folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for cls in (PlainAsGame, SeatedGame):
        monkeypatch.setattr(cls, "about", replace(cls.about, test_levels=2))


def test_the_guide_begins_with_the_class_of_the_readme():
    (code,) = [code for code in blocks(README) if code.startswith("# safe.py")]
    assert blocks(OWN)[0] == code


def test_the_machine_of_the_guide_has_luck_settings_and_a_revealed_form(tmp_path):
    (code,) = [code for code in blocks(OWN) if code.startswith("# slots.py")]
    (tmp_path / "slots.py").write_text(code, encoding="utf-8")
    name = use_game("slots.py:Slots")
    setup = GameSetup.from_values(name, {"arms": 6, "noise": 0.1, "revealed": True})
    assert setup.about.stochastic
    assert setup.game().spec.action.heads == (6,)
    check_game(setup.game, seeds=2, steps=20)


def test_the_game_of_two_players_of_the_guide_is_trained_and_played(tmp_path):
    (code,) = [code for code in blocks(OWN) if code.startswith("# chase.py")]
    (tmp_path / "chase.py").write_text(code, encoding="utf-8")
    trained = gamemeta.train("chase.py:Chase", settings=SMALL, quiet=True)
    choices = trained.agent.begin(n=2).act({"guard": [0.0, 0.0], "thief": [0.0, 1.0]})
    assert choices.keys() == {"guard", "thief"} and set(choices.values()) <= set(range(4))


def test_the_page_about_python_runs_as_it_stands(monkeypatch, capsys):
    monkeypatch.setattr(gamemeta, "train", partial(gamemeta.train, settings=SMALL), raising=False)
    names = {"__name__": "__main__"}
    for code in blocks(PYTHON):
        exec(code, names)
    assert len(re.findall(r"^\d [01]\.0$", capsys.readouterr().out, re.MULTILINE)) == 4
    assert names["trained"].steps == 64


def test_every_argument_that_the_page_names_exists():
    from inspect import signature

    known = signature(gamemeta.train).parameters
    assert set(re.findall(r"`(\w+)=", PYTHON)) <= known.keys()
    result = next(part for part in PYTHON.split("\n\n") if "`Trained`" in part)
    fields = {"agent", "path", "scores", "verdict", "test", "steps", "ended"}
    assert fields <= set(re.findall(r"`(\w+)`", result))
    assert all(hasattr(gamemeta.Trained, name) or name in gamemeta.Trained.__annotations__ for name in fields)


def test_the_guard_plays_in_a_loop_and_goes_on_from_its_save(monkeypatch, tmp_path, capsys):
    guard = runpy.run_path(str(GUARD))
    agent = gamemeta.train(guard["Vault"], settings=SMALL, minutes=0, quiet=True).agent
    seen = []
    monkeypatch.setattr(Agent, "resume", partial_of(Agent.resume, seen))
    save = tmp_path / "guard.save"
    for door in "123":
        caught, nights = guard["play"](agent, [f"{door}\n", "where?\n", f"{door}\n"], save)
        assert (nights, 0 <= caught <= nights) == (2, True)
        assert f"right in {caught} of 2 nights" in capsys.readouterr().out
    assert len(seen) == 2
    assert agent.resume(save.read_bytes()[1:]).memory == save.read_bytes()[1:]


def partial_of(resume, seen):
    def resumed(self, memory):
        seen.append(len(memory))
        return resume(self, memory)

    return resumed


def test_thieves_of_other_levels_have_other_habits():
    guard = runpy.run_path(str(GUARD))
    setup = GameSetup(use_class(guard["Vault"]))
    check_game(setup.game, seeds=2, steps=20)
    assert setup.family().notes() == ()
