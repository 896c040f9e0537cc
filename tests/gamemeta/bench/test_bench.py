"""Benchmarks: their structure, and that their figures are honest. Nothing here depends on how fast it is."""

import json
import time

import numpy as np
import pytest
import torch

from gamemeta.agent.runtime import Agent
from gamemeta.bench import sim as sim_module
from gamemeta.bench.act import act
from gamemeta.bench.agents import agent_for, fresh_agent
from gamemeta.bench.figure import Effort, Figure, rate, repeated, silent
from gamemeta.bench.levels import levels
from gamemeta.bench.limit import Limit, products_per_row, seconds_of
from gamemeta.bench.sim import random_actions, sim
from gamemeta.bench.subject import subject
from gamemeta.bench.train import train
from gamemeta.errors import ConfigError, UnknownName
from gamemeta.spec import ActionSpec
from tests.helpers.agents import tiny_agent

SHORT = Effort(seconds=0.001)
SMALL_TRAINING = ("run.lanes=16", "run.rollout_steps=4", "network.width=8", "run.threads=1")


def test_a_figure_tells_the_middle_and_both_ends_of_its_repeats():
    assert Figure((3.0, 1.0, 2.0, 9.0, 4.0)).to_json() == {"median": 3.0, "min": 1.0, "max": 9.0}


@pytest.mark.parametrize("wrong", [{"repeats": 4}, {"seconds": 0.0}, {"threads": 0}])
def test_fewer_repeats_than_five_and_empty_measurements_are_refused(wrong):
    with pytest.raises(ConfigError, match=next(iter(wrong))):
        Effort(**wrong)


def test_the_first_measurement_is_thrown_away_and_all_others_are_kept():
    numbers, told = iter(range(100)), []
    timed = repeated(lambda: next(numbers), Effort(repeats=6), told.append)
    assert timed.repeats == (1, 2, 3, 4, 5, 6)
    assert told[1:] == [f"repeat {k} of 6" for k in range(1, 7)]


def test_a_process_that_waits_is_told_to_have_had_little_of_its_core():
    assert repeated(lambda: time.sleep(0.01), SHORT, silent).processor_share < 0.5


def test_a_rate_is_the_work_of_all_threads_over_the_time_of_all_of_it(monkeypatch):
    clock = iter(range(0, 1000, 10))
    monkeypatch.setattr("gamemeta.bench.figure.time.perf_counter", lambda: float(next(clock)))
    done = []
    found = rate([lambda: done.append(1) or 7], seconds=25.0)
    assert len(done) == 3  # begun at 0; asked after each at 10, 20, 30
    assert found.per_s == 7 * 3 / 40


def test_threads_share_the_work():
    assert rate([lambda: 1, lambda: 1], 0.001).per_s > 0


def test_a_limit_says_what_share_of_it_was_reached():
    assert Limit("products", 200.0, 50.0).to_json()["share"] == 0.25


def test_looked_up_tables_are_no_matrix_products():
    weights = {
        "encoder.tables.view": np.zeros((75, 16)),
        "cells.0.weight": np.zeros((48, 16)),
        "cells.0.bias": np.zeros(48),
        "actor.weight": np.zeros((4, 16)),
    }
    assert products_per_row(weights) == 48 * 16 + 4 * 16


def test_networks_that_do_more_than_multiply_have_no_known_limit():
    file = fresh_agent("maze", settings=["network.cell=table", "network.width=8"])
    assert products_per_row(file.weights) is None


def test_a_call_is_timed_over_many():
    assert 0 < seconds_of(lambda: None) < 0.01


@pytest.mark.parametrize("threads", [1, 2])
def test_sim_tells_its_sizes(threads):
    config = subject("maze", 7, ["levels.height=5", "levels.width=5", "levels.goal_distance=1"])
    found = sim(config, Effort(seconds=0.001, threads=threads), lanes=6).to_json()
    assert json.loads(json.dumps(found))["sizes"]["game"]["view"] == 7
    assert found["sizes"]["lanes"] == 6
    assert found["sizes"]["obs_bytes"] == 7 * 7 + 2
    assert found["steps_per_s"]["min"] <= found["steps_per_s"]["median"] <= found["steps_per_s"]["max"]
    assert found["repeats"] == 5


def test_sim_plays_a_fresh_level_for_every_trial():
    config = subject("maze", None, ["levels.height=5", "levels.width=5", "levels.goal_distance=1"])
    player = sim_module._Player(config, 8, 0, 1)
    before = player.trials.levels.seed.copy()
    for _ in range(20):  # 320 steps of at most 12 an episode, 4 episodes a trial
        player.play()
    assert (player.trials.trial >= 8 * 320 // (12 * 4) // 8).all()
    assert (player.trials.levels.seed != before).all()
    assert (player.trials.length == 4).all()


def test_random_actions_fit_what_a_game_takes():
    spec = ActionSpec(heads=(3, 2), low=(-1.0,), high=(4.0,))
    rng = np.random.default_rng(0)
    drawn = random_actions(spec, (50, 1), rng)
    assert spec.checked(drawn, 50, 1).shape == (50, 1, 3)
    assert set(drawn[:, 0, 0]) == {0, 1, 2}
    heads = ActionSpec(heads=(4,))
    assert set(heads.checked(random_actions(heads, (99, 1), rng), 99, 1).ravel()) == {0, 1, 2, 3}


def test_levels_are_those_of_the_training_split():
    found = levels(subject("maze", None, ["levels.height=9"]), SHORT).to_json()
    assert found["sizes"]["split"] == "train"
    assert found["sizes"]["levels"]["height"] == (9, 9)
    assert found["levels_per_s"]["median"] > 0


def test_training_tells_parameters_dtype_and_the_share_of_the_limit():
    config = subject("maze", None, SMALL_TRAINING)
    found = train(config, SHORT).to_json()
    assert found["dtype"] == "float32"
    assert found["parameters"] > 0
    assert found["limit"]["share"] > 0
    assert found["sizes"]["device"] == "cpu"
    assert found["steps_per_s"]["median"] > 0


@pytest.mark.slow
def test_the_processor_s_limit_is_not_that_of_gradients_on_a_device(monkeypatch):
    monkeypatch.setattr("gamemeta.learners.rl2.kind.device_of", lambda name: torch.device("cpu"))
    found = train(subject("maze", None, (*SMALL_TRAINING, "run.device=cuda")), SHORT).to_json()
    assert found["limit"] is None
    assert found["steps_per_s"]["median"] > 0


def test_acting_tells_the_middle_and_the_tail():
    found = act(Agent(tiny_agent()), "tiny", SHORT, minds=3).to_json()
    assert found["us_per_call"]["median"] <= found["p99_us_per_call"]["max"]
    assert found["sizes"]["minds"] == 3


def test_a_report_says_on_what_it_was_measured():
    machine = levels(subject("maze"), SHORT).to_json()["machine"]
    assert machine["python"] and machine["numpy"] and machine["processor"]
    assert machine["cores"] >= 1


def test_a_game_without_a_view_says_so():
    with pytest.raises(ConfigError, match="no view"):
        subject("bandit", 11)


def test_an_unknown_game_is_named():
    with pytest.raises(UnknownName, match="nonsense"):
        agent_for("nonsense")


def test_a_game_stands_for_its_own_agent_and_settings_for_a_fresh_one():
    assert "comes with" in agent_for("maze")[0]
    name, file = agent_for("maze", 7)
    assert "fresh" in name
    assert file.game_config["view"] == 7
