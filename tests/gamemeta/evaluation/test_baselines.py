import json
from dataclasses import replace

import numpy as np
import pytest

from gamemeta.agent.file import read_agent
from gamemeta.assets import find_asset
from gamemeta.errors import AgentFileError, ConfigError
from gamemeta.evaluation.baselines import Baselines, beside_baselines, check_comparable
from gamemeta.evaluation.evaluation import evaluate_agent
from gamemeta.evaluation.fine_tuning import fine_tuned
from gamemeta.evaluation.statistics.adaptation import COMPARED, compare
from gamemeta.evaluation.statistics.scores import Arm, curves
from gamemeta.evaluation.statistics.verdict import UNCLEAR
from gamemeta.games.builtin.maze.game import MazeConfig, MazeGame
from gamemeta.learners.fine_tuning import FineTuningConfig
from gamemeta.learners.registry import learner_kind
from gamemeta.learners.rl2.fine_tuner import fine_tuning
from gamemeta.training import course
from gamemeta.training.baselines import RESET_TRAINED, REVEALED, baseline, baseline_config, can_reveal
from tests.gamemeta.training.test_training import Watcher, run, small
from tests.helpers.agents import tiny_agent


@pytest.fixture
def agent(tmp_path, monkeypatch):
    monkeypatch.setattr(course, "TEST_LEVELS", 16)
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


@pytest.mark.slow
def test_a_baseline_is_trained_once_and_then_reused(agent, tmp_path):
    first, second = Watcher(), Watcher()
    trained = baseline(agent, REVEALED, tmp_path / "cache", first)
    again = baseline(agent, REVEALED, tmp_path / "cache", second)
    assert first.steps[-1] == 4096
    assert second.steps == []
    assert trained.digest == again.digest
    assert "goal_offset" in [b.name for b in trained.spec.obs]


@pytest.mark.slow
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


def test_a_baseline_trains_for_as_many_steps_as_its_agent_had(agent, tmp_path):
    stopped = replace(agent, training=agent.training | {"steps": 1024})
    watcher = Watcher()
    baseline(stopped, RESET_TRAINED, tmp_path / "cache", watcher)
    assert watcher.steps[-1] == 1024


def test_a_baseline_follows_the_schedule_of_an_agent_that_stopped_early(agent, tmp_path):
    """The step size of each update is that of the agent's own update, not of a shorter training."""
    stopped = replace(agent, training=agent.training | {"steps": 1024})
    for kind in (RESET_TRAINED, REVEALED):
        assert baseline_config(stopped, kind).run == baseline_config(agent, kind).run

    def step_sizes(run):
        lines = map(json.loads, (run / "log.jsonl").read_text().splitlines())
        return [line["learning_rate"] for line in lines if "learning_rate" in line]

    baseline(stopped, RESET_TRAINED, tmp_path / "cache", Watcher())
    (made,) = (tmp_path / "cache").iterdir()
    assert step_sizes(made) == step_sizes(tmp_path / "agent")[: 1024 // 512]


def test_agents_of_different_length_have_baselines_of_their_own(agent, tmp_path):
    for steps in (512, 1024):
        stopped = replace(agent, training=agent.training | {"steps": steps})
        baseline(stopped, RESET_TRAINED, tmp_path / "cache", Watcher())
    assert len(list((tmp_path / "cache").iterdir())) == 2


def test_fine_tuned_is_the_reset_trained_agent(monkeypatch):
    monkeypatch.setattr("gamemeta.evaluation.baselines.FINE_TUNED_LEVELS", 2)
    monkeypatch.setattr("gamemeta.evaluation.baselines.TUNING_LEVELS", 1)
    monkeypatch.setattr("gamemeta.evaluation.fine_tuning.GRADIENT_STEPS", (1,))
    shown = MazeGame(1, MazeConfig(revealed=True)).spec
    near = {"height": (5, 5), "width": (5, 5), "goal_distance": 1}
    reset = replace(tiny_agent(memory="episode"), level_parameters=near)
    revealed = replace(
        tiny_agent(spec=shown), game_config=vars(MazeConfig(revealed=True)), level_parameters=near
    )
    agent = evaluate_agent(replace(tiny_agent(), level_parameters=near), levels=4, episodes=3)
    compared = beside_baselines(agent, Baselines(reset_trained=reset, revealed=revealed))
    found, (settings,) = compared.arms["fine_tuned"], compared.fine_tuning
    first = agent.played.take(np.arange(2))
    wanted = fine_tuned(fine_tuning(reset, settings), MazeGame(1), first, 3, seed=agent.seed)
    np.testing.assert_array_equal(found.steps, wanted.steps)
    assert len(set(found.steps.ravel())) > 2, "steps tell the two agents apart"


def test_without_a_revealed_agent_there_is_no_room_and_no_index(monkeypatch):
    monkeypatch.setattr("gamemeta.evaluation.baselines.FINE_TUNED_LEVELS", 2)
    monkeypatch.setattr("gamemeta.evaluation.baselines.TUNING_LEVELS", 1)
    monkeypatch.setattr("gamemeta.evaluation.fine_tuning.GRADIENT_STEPS", (1,))
    near = {"height": (5, 5), "width": (5, 5), "goal_distance": 1}
    agent = evaluate_agent(replace(tiny_agent(), level_parameters=near), levels=4, episodes=2)
    reset = replace(tiny_agent(memory="episode"), level_parameters=near)
    compared = beside_baselines(agent, Baselines(reset_trained=reset))
    assert compared.adaptation is None
    assert {"reset_trained", "fine_tuned"} <= compared.curves.keys()
    assert "revealed" not in compared.curves


def test_without_par_room_and_index_are_made_of_returns():
    arms = {
        name: Arm(np.full((4, 2), value) + np.arange(4)[:, None], np.ones((4, 2)), np.ones((4, 2)))
        for name, value in zip((*COMPARED, "random"), (80.0, 40.0, 40.0, 50.0, 90.0, 10.0), strict=True)
    }
    found = compare(arms)
    assert (found.reset_trained.value, found.room.value, found.gain.value) == (51.5, 40.0, 30.0)
    assert found.index.value == pytest.approx(0.75)


def test_an_agent_whose_game_shows_nothing_hidden_has_no_revealed_baseline():
    training = {"config": {"game": {"step_limit": 3}, "trial": {"memory": "trial"}}}
    assert not can_reveal(replace(tiny_agent(), training=training))
    training["config"]["game"] = {"revealed": False}
    assert can_reveal(replace(tiny_agent(), training=training))


def test_where_the_reset_seed_alone_differs_there_is_nothing_to_reveal():
    config = {"game": {"vary": "", "revealed": False}, "trial": {"memory": "trial"}}
    agent = replace(tiny_agent(), game="gymnasium/CartPole-v1", training={"config": config})
    assert not can_reveal(agent)
    config["game"]["vary"] = "action=remap"
    assert can_reveal(agent)


def test_the_advice_to_play_more_levels_names_the_command():
    one = evaluate_agent(tiny_agent(), levels=4, episodes=2)
    agent = one.arms["par"]
    wiped = replace(agent, returns=agent.returns + np.array([[1.0], [-1.0], [1.0], [-1.0]]))
    arms = one.arms | {"agent": agent, "wiped": wiped, "swapped": wiped}
    unsure = replace(one, arms=arms, curves=curves(arms))
    assert unsure.word == UNCLEAR
    assert unsure.verdict("gamemeta evaluate a.b --game c").endswith(
        "Play more levels: gamemeta evaluate a.b --game c --levels 16."
    )
    assert unsure.verdict("").endswith("Play more levels.")
    assert unsure.verdict().endswith("Play more levels (gamemeta evaluate, --levels 16).")
    assert replace(unsure, split="any").levels_in_words() == "4 levels"
    drawn = replace(unsure, drawings=2)
    assert "(4 levels, variations of 2 drawings, one training seed). Draw more" in drawn.verdict("a")


def test_settings_of_fine_tuning_are_chosen_on_levels_that_are_not_scored(monkeypatch):
    tuned_on = []

    def choose(make, game, levels, episodes, *, seed):
        tuned_on.extend(levels.content_hash.tolist())
        return FineTuningConfig(gradient_steps=1)

    monkeypatch.setattr("gamemeta.evaluation.baselines.best_settings", choose)
    monkeypatch.setattr("gamemeta.evaluation.baselines.FINE_TUNED_LEVELS", 2)
    shown = MazeGame(1, MazeConfig(revealed=True)).spec
    revealed = replace(tiny_agent(spec=shown), game_config=vars(MazeConfig(revealed=True)))
    baselines = Baselines(reset_trained=tiny_agent(memory="episode"), revealed=revealed)
    for split in ("test", "validation"):
        agent = evaluate_agent(tiny_agent(), split=split, levels=4, episodes=2)
        beside_baselines(agent, baselines)
        assert len(set(tuned_on)) == 16
        assert not set(tuned_on) & set(agent.played.content_hash.tolist())
        tuned_on.clear()


def test_a_baseline_of_another_form_of_the_game_is_refused_before_it_plays(monkeypatch):
    monkeypatch.setattr("gamemeta.evaluation.baselines.best_settings", lambda *args, **more: pytest.fail())
    shown = tiny_agent(memory="episode", spec=MazeGame(1, MazeConfig(revealed=True)).spec)
    agent = evaluate_agent(tiny_agent(), levels=2, episodes=1, threads=1)
    with pytest.raises(AgentFileError, match="goal_offset"):
        beside_baselines(agent, Baselines(reset_trained=shown))


def test_without_fine_tuning_the_other_baselines_are_played_alone(monkeypatch):
    monkeypatch.setattr("gamemeta.evaluation.baselines.best_settings", lambda *args, **more: pytest.fail())
    agent = evaluate_agent(tiny_agent(), levels=2, episodes=1, threads=1)
    baselines = Baselines(reset_trained=tiny_agent(memory="episode"))
    found = beside_baselines(agent, baselines, fine_tuning=False)
    assert set(found.curves) == {*agent.curves, "reset_trained"}
    assert found.fine_tuning == ()
    kind = replace(learner_kind("rl2"), fine_tuning=None)
    monkeypatch.setattr("gamemeta.evaluation.baselines.kind_of", lambda file: kind)
    assert set(beside_baselines(agent, baselines).curves) == set(found.curves)


def test_a_game_of_several_seats_is_refused():
    duel = read_agent(find_asset("agents/duel.safetensors"))
    both = replace(duel, game_config=duel.game_config | {"others": "outside"})
    with pytest.raises(ConfigError, match="2 seats"):
        check_comparable([both])


def test_an_agent_that_does_not_say_how_it_was_trained_has_no_baselines():
    with pytest.raises(ConfigError, match="does not say how it was trained"):
        baseline_config(tiny_agent(), REVEALED)
