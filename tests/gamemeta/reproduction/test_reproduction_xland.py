"""`gamemeta reproduce xland`: who is trained on what, what is measured, and what is written."""

import json
from contextlib import contextmanager

import pytest

from gamemeta.agent.file import read_agent
from gamemeta.errors import ConfigError, UnknownName
from gamemeta.reproduction.xland.page import page
from gamemeta.reproduction.xland.reproduce import (
    KEPT,
    PLAYERS,
    XLandPlan,
    chosen,
    reproduce_xland,
)
from gamemeta.training import course
from gamemeta.training.observer import Observer

TINY = (
    "run.lanes=8",
    "run.rollout_steps=16",
    "run.shards=1",
    "run.validations=0",
    "ppo.minibatches=1",
    "network.width=8",
)


@pytest.fixture(autouse=True)
def _small(monkeypatch):
    monkeypatch.setattr(course, "TEST_LEVELS", 4)


@contextmanager
def silent():
    yield Observer()


def plan(tmp_path, **changed):
    settings = {"tasks": ("small",), "steps": 128, "seeds": 1, "levels": 4, "overrides": TINY}
    return XLandPlan(runs=tmp_path / "runs", out=tmp_path / "out", **(settings | changed))


def test_baselines_differ_from_the_agent_in_one_setting_and_task_sets_in_entropy():
    configs = {name: XLandPlan().config("medium", name, 2).to_json() for name in PLAYERS}
    agent = configs["agent"]
    assert (agent["levels"]["tasks"], agent["run"]["seed"], agent["network"]["keys"]) == (
        "medium",
        2,
        "view+taken",
    )
    assert configs["reset-trained"] == agent | {"trial": agent["trial"] | {"memory": "episode"}}
    assert configs["revealed"] == agent | {"game": agent["game"] | {"revealed": True}}
    assert XLandPlan().config("trivial", "agent", 2).learner.entropy > agent["ppo"]["entropy"]


def test_every_player_begins_with_its_trivial_agent_and_a_second_run_has_nothing_to_do(tmp_path):
    made = reproduce_xland(plan(tmp_path), silent)
    record = made["small"]
    for player in PLAYERS:
        first, last = (
            read_agent(tmp_path / "runs" / f"xland-{tasks}-{player}-seed0" / "agent.safetensors")
            for tasks in ("trivial", "small")
        )
        assert last.training["began_with"] == first.digest
        assert record["agents"][player] == [last.digest]
    assert record["steps"] == [256]
    assert {"agent", "wiped", "swapped", "reset_trained", "revealed"} <= record["result"].keys()
    written = (tmp_path / "out" / "xland-agents.json").read_bytes()
    assert reproduce_xland(plan(tmp_path, command="again"), silent) == made == KEPT.read(tmp_path / "out")
    assert (tmp_path / "out" / "xland-agents.json").read_bytes() == written
    text = (tmp_path / "out" / "xland-agents.md").read_text(encoding="utf-8")
    assert text == page(made)
    assert "| small | **agent** |" in text
    assert "each kind of thing that view+taken shows" in text
    assert chosen(made, ("medium",)) == {}


def test_a_training_whose_time_is_up_goes_on_later(tmp_path):
    assert reproduce_xland(plan(tmp_path, hours=1e-9, tasks=("trivial",), steps=10**7), silent) is None
    assert not (tmp_path / "out").exists()


def test_unknown_task_sets_numbers_and_records_are_refused(tmp_path):
    with pytest.raises(UnknownName, match=r"'tiny': choose a task set: trivial, small, medium, high"):
        plan(tmp_path, tasks=("tiny",))
    with pytest.raises(ConfigError, match="levels = 1: give at least 2"):
        plan(tmp_path, levels=1)
    with pytest.raises(ConfigError, match="--hours nan: give more than 0"):
        plan(tmp_path, hours=float("nan"))
    for text, words in (('{"problem": "mdp"}', "of mdp"), ("[]", "no record of xland")):
        (tmp_path / "xland-agents.json").write_text(text)
        with pytest.raises(ConfigError, match=words):
            KEPT.read(tmp_path)
    (tmp_path / "xland-agents.json").write_text(json.dumps({"problem": "xland", "cells": {"small": {}}}))
    with pytest.raises(ConfigError, match="no record of xland"):
        KEPT.read(tmp_path)


@pytest.mark.parametrize(
    "setting", ["levels.tasks=high", "game.revealed=true", "trial.memory=episode", "run.seed=4"]
)
def test_what_the_plan_decides_is_not_set_otherwise(tmp_path, setting):
    with pytest.raises(ConfigError, match=rf"--set {setting.partition('=')[0]}: the problem, its --cell"):
        plan(tmp_path, overrides=(setting,))
