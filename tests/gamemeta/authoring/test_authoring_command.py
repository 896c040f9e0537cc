"""`gamemeta train path/to/my_game.py:MyGame`, and what the agent it makes asks for."""

import re
import sys
from pathlib import Path

import pytest

from gamemeta.agent.file import read_agent
from gamemeta.games import registry
from gamemeta.training import course
from gamemeta_cli.app import main

PAGE = Path(__file__).parents[3] / "docs" / "your-own-game.md"
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
CODE = next(code for code in BLOCKS if code.startswith('"""A row'))
SMALL = [
    *("--set", "run.lanes=16", "--set", "run.rollout_steps=32", "--set", "run.validations=0"),
    *("--set", "ppo.minibatches=4", "--set", "network.width=16", "--steps", "2048"),
]


@pytest.fixture(autouse=True)
def _in_a_folder(monkeypatch, tmp_path):
    monkeypatch.setattr(course, "TEST_LEVELS", 16)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "games").mkdir()
    (tmp_path / "games" / "my_game.py").write_text(CODE, encoding="utf-8")


def run(monkeypatch, *words):
    """The exit code of `gamemeta WORDS`, in a process that knows no file yet."""
    monkeypatch.setattr(registry, "_typed", registry.Typed())
    monkeypatch.setattr(sys, "argv", ["gamemeta", *map(str, words)])
    with pytest.raises(SystemExit) as ended:
        main()
    return ended.value.code or 0


GAME = "games/my_game.py:MyGame"


@pytest.mark.slow
def test_an_agent_of_a_game_in_a_file_lives_on_without_its_folder(monkeypatch, tmp_path, capsys):
    assert run(monkeypatch, "train", GAME, *SMALL) == 0
    printed = capsys.readouterr().out
    agent = tmp_path / "runs" / "my_game" / "agent.safetensors"
    assert f"--level test:0 --game {GAME}" in printed
    assert read_agent(agent).game == "my_game.py:MyGame"
    assert str(tmp_path).encode() not in agent.read_bytes()
    assert run(monkeypatch, "info", agent) == 0
    assert "my_game.py:MyGame" in capsys.readouterr().out
    assert run(monkeypatch, "play", agent, "--game", GAME, "--no-animation") == 0
    assert "episode 4" in capsys.readouterr().out
    assert run(monkeypatch, "evaluate", agent, "--game", tmp_path / GAME, "--levels", 8) == 0
    capsys.readouterr()
    for words in (["play", agent], ["evaluate", agent]):
        assert run(monkeypatch, *words) == 2
        assert "path/to/my_game.py:MyGame" in capsys.readouterr().err
    assert run(monkeypatch, "train", "--resume", agent.parent) == 0
    assert run(monkeypatch, "train", GAME, "--resume", agent.parent) == 0


@pytest.mark.slow
def test_a_game_that_breaks_the_contract_is_not_trained_unless_asked(monkeypatch, tmp_path, capsys):
    broken = CODE.replace("return levels.par_steps.astype", "return 2 * levels.par_steps.astype")
    (tmp_path / "games" / "my_game.py").write_text(broken, encoding="utf-8")
    assert run(monkeypatch, "train", GAME, *SMALL) == 2
    error = capsys.readouterr().err
    assert "and par says" in error
    assert error.count("error:") == 1
    assert not (tmp_path / "runs").exists()
    assert run(monkeypatch, "train", GAME, *SMALL, "--no-check") == 0


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("games/none.py:MyGame", "no such file"),
        ("games/my_game.py", "name a class in this file"),
        ("games/my_game.py:Mine", "has no class 'Mine'"),
        (r"C:\x\my_game.py:MyGame", "no such file"),
    ],
)
def test_a_game_that_is_not_there_is_told_in_one_error(monkeypatch, capsys, word, message):
    assert run(monkeypatch, "train", word) == 2
    error = capsys.readouterr().err
    assert message in error
    assert "Traceback" not in error
