"""A game that fails in a training leaves the agent of that moment, and the run goes on once it is mended."""

import json
import sys
from dataclasses import replace

import pytest

from gamemeta.agent.file import read_agent
from gamemeta.games import registry
from gamemeta.games.outside.one_level.game import ScalarGame
from gamemeta_cli.app import main

SMALL = [
    *(
        "--set",
        "run.lanes=2",
        "--set",
        "run.rollout_steps=16",
        "--set",
        "run.validations=0",
        "--steps",
        "256",
    ),
    *("--set", "ppo.minibatches=2", "--set", "network.width=8", "--set", "run.shards=1", "--no-check"),
]
GAME = """
import os
class Fails:
    actions, step_limit = 3, 4

    def reset(self, level):
        self.right = level % 3
        return [0.0]

    def step(self, action):
        if {broken} and os.path.exists("run/log.jsonl") and os.path.getsize("run/log.jsonl") > 600:
            {fault}
        return [float(action)], float(action == self.right), False
"""
FAULTS = ("raise RuntimeError('lost')", "raise SystemExit(0)", "raise KeyboardInterrupt", "raise MemoryError")


@pytest.fixture
def run(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(ScalarGame, "about", replace(ScalarGame.about, test_levels=2))
    monkeypatch.chdir(tmp_path)

    def run(*words):
        monkeypatch.setattr(registry, "_typed", registry.Typed())
        monkeypatch.setattr(sys, "argv", ["gamemeta", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        return ended.value.code or 0, " ".join(capsys.readouterr().err.split())

    return run


@pytest.mark.parametrize("fault", FAULTS)
def test_what_was_learned_is_kept_and_goes_on(run, tmp_path, fault):
    game = tmp_path / "fails.py"
    game.write_text(GAME.format(broken=True, fault=fault), encoding="utf-8")
    code, error = run("train", "fails.py:Fails", *SMALL, "--steps", "6400", "--out", "run")
    assert code == 2, error
    assert "fails.py, line" in error
    assert "gamemeta train fails.py:Fails --resume run" in error
    kept = read_agent(tmp_path / "run" / "agent.safetensors").training["steps"]
    logged = [json.loads(line) for line in (tmp_path / "run" / "log.jsonl").read_text().splitlines()]
    assert kept == logged[-1]["step"] > 0
    game.write_text(GAME.format(broken=False, fault=fault), encoding="utf-8")
    code, error = run("train", "--resume", "run", "--minutes", "0.01")
    assert code == 0, error
    assert read_agent(tmp_path / "run" / "agent.safetensors").training["steps"] >= kept
