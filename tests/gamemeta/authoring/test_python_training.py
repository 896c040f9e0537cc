"""`gamemeta.train`: a class object in, an agent out."""

import subprocess
import sys
from dataclasses import replace

import pytest

import gamemeta
from gamemeta.errors import ConfigError, PluginError
from gamemeta.games.outside.python_class.game import PlainAsGame
from gamemeta.games.registry import use_class
from gamemeta.games.setup import GameSetup

SMALL = {
    "run.lanes": 16,
    "run.rollout_steps": 8,
    "run.shards": 1,
    "run.validations": 1,
    "run.validation_levels": 4,
    "network.width": 8,
    "ppo.minibatches": 2,
}


class Lever:
    actions, step_limit, par = 3, 4, 3.0
    bonus = 1.0

    def reset(self, level):
        self.level = level
        return {"hint": float(level % 50)}

    def step(self, action):
        return {"hint": float(action)}, self.bonus * (action == self.level % 3), False


@pytest.fixture(autouse=True)
def _folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(PlainAsGame, "about", replace(PlainAsGame.about, test_levels=2))


def test_a_class_is_trained_and_its_agent_plays(capsys):
    trained = gamemeta.train(Lever, steps=256, settings=SMALL, minutes=0.5)
    assert (trained.path / "agent.safetensors").is_file()
    assert (trained.steps, trained.ended) == (256, "done")
    assert len(trained.scores) == trained.agent.episodes
    assert trained.verdict
    assert trained.agent.begin().act({"hint": 3.0}) in range(3)
    assert gamemeta.load(trained.path).digest == trained.agent.digest
    assert "step 256: validation score by episode" in capsys.readouterr().out


def test_a_run_goes_on_where_it_is_named_again(capsys):
    first = gamemeta.train(Lever, minutes=0, settings=SMALL | {"run.steps": 256}, out="mine", quiet=True)
    assert capsys.readouterr().out == ""
    assert first.ended == "minutes"
    assert first.steps < 256
    assert gamemeta.train(Lever, out="mine", quiet=True).steps == 256
    with pytest.raises(ConfigError, match="goes on with the settings"):
        gamemeta.train(Lever, out="mine", steps=3)


def test_it_starts_from_an_agent():
    small = SMALL | {"run.steps": 128}
    first = gamemeta.train(Lever, settings=small, quiet=True)
    second = gamemeta.train(Lever, settings=small, start=first.path, minutes=0, quiet=True)
    assert second.agent.file.training["began_with"] == first.agent.digest


def test_a_game_is_named_as_on_the_command_line():
    trained = gamemeta.train("bandit", minutes=0, settings=SMALL, quiet=True)
    assert trained.agent.game == "bandit"


def test_a_class_in_a_file_is_called_as_its_file_and_any_other_as_if_it_had_one():
    class Inner(Lever):
        pass

    assert use_class(Lever) == "test_python_training.py:Lever"
    assert use_class(Inner) == "inner.py:Inner"
    assert GameSetup("inner.py:Inner").cls.plain is Inner


def test_a_class_in_no_file_is_trained_with_a_note(capsys):
    class Inner(Lever):
        pass

    trained = gamemeta.train(Inner, minutes=0, settings=SMALL)
    assert "save the class as inner.py" in capsys.readouterr().out
    assert any("inner.py:Inner" in note for note in trained.notes)


@pytest.mark.parametrize(
    ("game", "settings", "error"),
    [
        (Lever(), {}, PluginError),
        (3, {}, PluginError),
        (int, {}, PluginError),
        (Lever, {"steps": 3}, ConfigError),
        (Lever, {"game.nothing": 3}, ConfigError),
    ],
)
def test_what_cannot_be_trained_is_refused(game, settings, error):
    with pytest.raises(error):
        gamemeta.train(game, settings=settings, minutes=0)


SESSION = """
import gamemeta
from gamemeta.training import course
course.TEST_LEVELS = 8
class Typed:
    actions, step_limit = 2, 3
    def reset(self, level):
        self.level = level
        return float(level % 40)
    def step(self, action):
        return 0.0, float(action == self.level % 2), False
print(gamemeta.train(Typed, steps=64, settings={"run.lanes": 8, "run.rollout_steps": 8, "run.shards": 1,
    "run.validations": 0, "ppo.minibatches": 2, "game.processes": 2}, minutes=0.2).path)
"""


@pytest.mark.slow
def test_a_class_that_is_typed_into_a_session_is_trained_in_processes_too(tmp_path):
    ran = subprocess.run(
        [sys.executable, "-"], input=SESSION, cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert ran.stdout.split()[-1].endswith("typed")
