from dataclasses import replace

import pytest

from gamemeta.agent.file import read_agent
from gamemeta.errors import ConfigError
from gamemeta.training import session
from gamemeta.training.baselines import RESET_TRAINED, REVEALED, baseline, baseline_config
from tests.gamemeta.training.test_training import Watcher, run, small
from tests.helpers.agents import tiny_agent


@pytest.fixture
def agent(tmp_path, monkeypatch):
    monkeypatch.setattr(session, "TEST_LEVELS", 16)
    run(small("ppo.clip=0.15", "run.seed=3"), tmp_path / "agent")
    return read_agent(tmp_path / "agent" / "agent.safetensors")


def test_a_baseline_differs_from_the_agent_in_one_setting(agent):
    own = baseline_config(agent, RESET_TRAINED)
    assert own.trial.memory == "episode"
    assert replace(own, trial=replace(own.trial, memory="trial")).to_json() == {
        **small("ppo.clip=0.15", "run.seed=3").to_json(),
        "run": own.to_json()["run"],
    }
    assert (own.run.seed, own.run.steps, own.learner.clip) == (3, 4096, 0.15)
    assert baseline_config(agent, REVEALED).game.revealed


def test_a_baseline_is_trained_once_and_then_reused(agent, tmp_path):
    first, second = Watcher(), Watcher()
    trained = baseline(agent, REVEALED, tmp_path / "cache", first)
    again = baseline(agent, REVEALED, tmp_path / "cache", second)
    assert first.steps[-1] == 4096
    assert second.steps == []
    assert trained.digest == again.digest
    assert "goal_offset" in [b.name for b in trained.spec.obs]


def test_a_baseline_that_was_cut_off_is_gone_on_with(agent, tmp_path):
    class Killed(BaseException):
        pass

    def kill(done):
        if done.step == 1024:
            raise Killed

    with pytest.raises(Killed):
        baseline(agent, RESET_TRAINED, tmp_path / "cache", Watcher(kill))
    rest = Watcher()
    whole = baseline(agent, RESET_TRAINED, tmp_path / "other", Watcher())
    assert baseline(agent, RESET_TRAINED, tmp_path / "cache", rest).digest == whole.digest
    assert rest.steps[-1] == 4096


def test_an_agent_that_does_not_say_how_it_was_trained_has_no_baselines():
    with pytest.raises(ConfigError, match="does not say how it was trained"):
        baseline_config(tiny_agent(), REVEALED)
