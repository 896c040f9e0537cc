import json
from contextlib import contextmanager
from importlib.util import find_spec

import numpy as np
import pytest

from gamemeta.errors import ConfigError, TrainingError, UnknownName
from gamemeta.games.procgen.facts import GAMES
from gamemeta.reproduction.procgen import ProcgenPlan, normalised, page, records, reproduce_procgen

TINY = (
    "run.lanes=8",
    "run.rollout_steps=16",
    "run.validations=0",
    "ppo.minibatches=1",
    "ppo.epochs=1",
    "network.width=8",
    "network.image_encoder=small",
    "trial.episodes=1",
)


class Silent:
    def begun(self, training, directory): ...

    def iterated(self, done, steps_per_s): ...

    def validated(self, step, result): ...

    def testing(self): ...


@contextmanager
def silent():
    yield Silent()


def plan(tmp_path, **changed):
    settings = {"game": "fruitbot", "steps": 128, "levels": 2, "overrides": TINY}
    return ProcgenPlan(runs=tmp_path / "runs", out=tmp_path / "out", **(settings | changed))


def test_the_lowest_and_highest_return_are_0_and_1():
    for facts in GAMES.values():
        assert normalised(np.array(facts.easy), facts.easy).tolist() == [0.0, 1.0]


def test_the_published_mean_normalised_returns_come_out():
    """Of the reference: .588 on training and .340 on test levels, over all sixteen games."""
    for split, mean in (("train", 0.588), ("test", 0.340)):
        told = [normalised(np.array(getattr(facts, split)), facts.easy) for facts in GAMES.values()]
        assert np.mean(told) == pytest.approx(mean, abs=0.001)


def test_an_unknown_game_is_refused_by_name():
    with pytest.raises(UnknownName, match="coinrun"):
        ProcgenPlan(game="tetris")


def test_no_steps_are_refused():
    with pytest.raises(ConfigError, match="steps = 0"):
        ProcgenPlan(game="maze", steps=0)


@pytest.mark.skipif(find_spec("procgen") is None, reason="procgen is not installed")
def test_a_game_is_trained_measured_and_told_beside_the_published(tmp_path, monkeypatch):
    monkeypatch.setattr("gamemeta.reproduction.procgen.TRAINED_ON", 2)
    monkeypatch.setattr("gamemeta.games.procgen.game.ProcgenGame.test_levels", 2)
    made = reproduce_procgen(plan(tmp_path), silent)
    assert made == json.loads((tmp_path / "out" / "procgen-fruitbot.json").read_text())
    assert [made] == records(tmp_path / "out")
    assert set(made["players"]["test"]) == {"agent", "wiped", "swapped", "random"}
    agent = made["players"]["train"]["agent"]
    low, high = GAMES["fruitbot"].easy
    assert agent["normalised"] == pytest.approx([(r - low) / (high - low) for r in agent["return"]], abs=1e-4)
    assert "| fruitbot | 25,000,000 | 3 | OpenAI's PPO | test | 26.55 | 0.827 |" in page([made])
    again = reproduce_procgen(plan(tmp_path), silent)
    assert again["players"] == made["players"]
    with pytest.raises(TrainingError, match=r"network\.width = 8, not 16"):
        reproduce_procgen(plan(tmp_path, overrides=(*TINY, "network.width=16")), silent)
