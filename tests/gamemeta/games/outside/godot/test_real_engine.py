"""A real engine, where Debian's headless `godot3-server` is installed: it plays, dies and comes back."""

import os
import shutil
import signal
import subprocess
from pathlib import Path

import numpy as np
import pytest

from gamemeta.games.game import StepBuffers
from gamemeta.games.outside.godot.config import GodotConfig
from gamemeta.games.outside.godot.game import close_engines
from gamemeta.games.outside.seed_levels.family import SEED
from gamemeta.games.registry import make_game, use_game
from gamemeta.training.config import load_config
from gamemeta.training.loop import Training
from gamemeta_levels.family import generate_arrays

SERVER = shutil.which("godot3-server")
PROJECT = Path(__file__).with_name("project")

pytestmark = pytest.mark.skipif(SERVER is None or os.name != "posix", reason="godot3-server is not installed")


@pytest.fixture
def started(tmp_path, monkeypatch):
    """The processes of the scene in project/, which is the game from here on."""
    processes = []
    real = subprocess.Popen
    monkeypatch.setattr(subprocess, "Popen", lambda *a, **k: processes.append(real(*a, **k)) or processes[-1])
    scene = tmp_path / "scene"
    scene.write_text(f'#!/bin/sh\nexec {SERVER} --path {PROJECT} --agents=8 "$@"\n')
    scene.chmod(0o755)
    use_game(f"godot:{scene}")
    yield processes
    close_engines()
    assert all(process.poll() is not None for process in processes)


def test_the_seed_of_a_level_reaches_a_real_engine(started):
    game = make_game("godot", 8, GodotConfig(speedup=50))
    levels = generate_arrays(game.family(), range(100, 108), "any")
    right = [game.family().unpack(levels, i).hidden[SEED][0] % 3 for i in range(8)]
    out = StepBuffers.empty(game)
    game.reset(levels, np.ones(8, np.bool_), out)
    for ended in (False, False, False, True):
        game.step(np.array([[[button, 0.5]] for button in right], np.float32), out)
        assert out.reward[:, 0] == pytest.approx(1.05)
        assert (out.terminated[:, 0] == ended).all()
    assert len(set(right)) > 1


def test_training_goes_on_when_a_real_engine_dies(started):
    settings = ("network.width=16", "network.cell=mingru", "run.rollout_steps=50", "game.speedup=50")
    training = Training(load_config("godot", overrides=[*settings, "run.steps=4000"]))
    for done in training.run():
        assert np.isfinite(list(done.terms.values())).all()
        if done.step == 2000:
            started[-1].send_signal(signal.SIGKILL)
    assert training.step == 4000
    assert len(started) == 2
