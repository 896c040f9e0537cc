"""Training in a running scene, which goes on when the scene is lost and comes back."""

import os

import numpy as np
import pytest
from typer.testing import CliRunner

import gamemeta
from gamemeta.errors import ConfigError, EngineError
from gamemeta.training.config import load_config
from gamemeta.training.loop import Training
from gamemeta_cli.app import app

SMALL = [
    *("network.width=16", "network.cell=mingru", "trial.episodes=2", "run.lanes=4", "run.rollout_steps=50"),
    *("run.validation_levels=4", "run.validations=1", "ppo.epochs=1"),
]


@pytest.mark.slow
def test_training_goes_on_when_the_scene_is_killed_and_comes_back(start):
    scene = start("--agents=4")
    training = Training(load_config("godot", overrides=[*SMALL, "run.steps=4000"]))
    killed = []
    for done in training.run():
        assert np.isfinite(list(done.terms.values())).all()
        if done.step in (1000, 2400):
            scene.kill()
            killed.append(done.step)
            scene = start("--agents=4")
    assert killed == [1000, 2400]
    assert training.step == 4000


def test_a_training_is_resumed_but_for_the_episodes_under_way(start):
    start("--agents=4")
    config = load_config("godot", overrides=[*SMALL, "run.rollout_steps=51", "run.steps=1020"])
    first, second = Training(config), Training(config)
    for done in first.run():
        if done.step >= 408:
            break
    second.load(first.iteration, first.arrays())
    assert [np.isfinite(list(done.terms.values())).all() for done in second.run()] == [True] * 3
    assert second.step == 1020


@pytest.mark.slow
def test_a_lever_is_learnt_in_a_running_scene(start):
    """Pulling it all the way pays 0.1 a step; beside it any button is right once in three."""
    start("--agents=4")
    training = Training(
        load_config("godot", overrides=[*SMALL, "run.steps=8000", "ppo.epochs=4", "ppo.learning_rate=0.01"])
    )
    earned = [done.terms["reward_per_step"] for done in training.run()]
    assert np.mean(earned[-5:]) > np.mean(earned[:5]) + 0.04


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="the stub is started by its first line")
def test_the_command_trains_tests_and_plays(exported, tmp_path):
    run = tmp_path / "run"
    settings = [part for text in SMALL for part in ("--set", text)]
    done = CliRunner().invoke(
        app, ["train", f"godot:{exported}", "--steps", "400", "--out", str(run), *settings]
    )
    assert done.exit_code == 0, done.output
    agent = gamemeta.load(run / "agent.safetensors")
    assert agent.game == "godot"
    assert not {"host", "port", "path"} & agent.game_config.keys()
    words = ["play", str(run), "--game", f"godot:{exported}", "--no-animation", "--episodes", "1"]
    played = CliRunner().invoke(app, words)
    assert played.exit_code == 0, played.output


def test_attaching_waits_for_a_scene_that_somebody_else_starts():
    done = CliRunner().invoke(app, ["train", "--attach", "--set", "game.connect_s=0.1"])
    assert isinstance(done.exception, EngineError)


def test_attaching_leaves_no_choice_of_a_game():
    done = CliRunner().invoke(app, ["train", "maze", "--attach"])
    assert isinstance(done.exception, ConfigError)
    assert "Leave maze or --attach out" in str(done.exception)
