import json
from contextlib import contextmanager
from dataclasses import replace
from importlib.util import find_spec

import numpy as np
import pytest

from gamemeta.errors import ConfigError, TrainingError, UnknownName
from gamemeta.games.outside.procgen.facts import GAMES
from gamemeta.games.outside.procgen.game import ProcgenGame
from gamemeta.games.outside.procgen.published import published_return
from gamemeta.games.outside.procgen.vector import PACKAGES
from gamemeta.reproduction.procgen import (
    ProcgenPlan,
    normalised,
    page,
    published,
    records,
    reproduce_procgen,
)
from gamemeta.training.observer import Observer

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


@contextmanager
def silent():
    yield Observer()


def plan(tmp_path, **changed):
    settings = {"game": "fruitbot", "steps": 128, "levels": 2, "overrides": TINY}
    return ProcgenPlan(runs=tmp_path / "runs", out=tmp_path / "out", **(settings | changed))


def test_the_lowest_and_highest_return_are_0_and_1():
    for facts in GAMES.values():
        assert normalised(np.array(facts.easy), facts.easy).tolist() == [0.0, 1.0]


def test_an_unknown_game_is_refused_by_name():
    with pytest.raises(UnknownName, match="coinrun"):
        ProcgenPlan(game="tetris")


def test_no_steps_are_refused():
    with pytest.raises(ConfigError, match="steps = 0"):
        ProcgenPlan(game="maze", steps=0)


def told(published):
    """Steps of the lines of a page that tell what OpenAI's PPO got on test levels."""
    player = {"return": [2.0, 3.0], "levels_error": [0.1, 0.1], "normalised": [0.0, 0.0]}
    record = {"game": "maze", "steps": 2_000_000, "seeds": 1, "bounds": [5, 10], "published": published}
    record["players"] = {split: {"agent": player} for split in ("train", "test")}
    rows = [line.split(" | ") for line in page([record]).splitlines() if "OpenAI's PPO | test" in line]
    return [(row[1], row[5]) for row in rows]


def test_the_page_tells_the_published_at_the_same_steps_and_at_25_million():
    same, protocol = (published_return("maze", "test", steps) for steps in (2_000_000, 25_000_000))
    assert told(published("maze", 2_000_000)) == [
        ("2,000,000", f"{same.mean:.2f} ±{same.deviation:.2f}"),
        ("25,000,000", f"{protocol.mean:.2f} ±{protocol.deviation:.2f}"),
    ]


def test_the_page_tells_the_published_once_after_25_million_steps():
    assert [steps for steps, _ in told(published("maze", 25_000_000))] == ["25,000,000"]


def test_beside_fewer_steps_than_published_stands_the_first_figure_under_its_own_steps():
    assert [steps for steps, _ in told(published("maze", 2_000))] == ["200,000", "25,000,000"]


def test_an_older_record_is_read_with_the_published_figures_of_today(tmp_path):
    older = {
        "problem": "procgen",
        "game": "maze",
        "steps": 2_000_000,
        "published": {"train": 9.35, "test": 5.56},
    }
    (tmp_path / "procgen-maze.json").write_text(json.dumps(older))
    (found,) = records(tmp_path)
    assert found == older | {"published": published("maze", 2_000_000)}


@pytest.mark.slow
@pytest.mark.skipif(not any(map(find_spec, PACKAGES)), reason="procgen is not installed")
def test_a_game_is_trained_measured_and_told_beside_the_published(tmp_path, monkeypatch):
    monkeypatch.setattr("gamemeta.reproduction.procgen.TRAINED_ON", 2)
    monkeypatch.setattr(ProcgenGame, "about", replace(ProcgenGame.about, test_levels=2))
    made = reproduce_procgen(plan(tmp_path), silent)
    assert made == json.loads((tmp_path / "out" / "procgen-fruitbot.json").read_text())
    assert [made] == records(tmp_path / "out")
    assert set(made["players"]["test"]) == {"agent", "wiped", "swapped", "random"}
    agent = made["players"]["train"]["agent"]
    low, high = GAMES["fruitbot"].easy
    assert agent["normalised"] == pytest.approx([(r - low) / (high - low) for r in agent["return"]], abs=1e-4)
    assert page([made]).count("| OpenAI's PPO | test |") == 2
    again = reproduce_procgen(plan(tmp_path), silent)
    assert again["players"] == made["players"]
    with pytest.raises(TrainingError, match=r"network\.width = 8, not 16"):
        reproduce_procgen(plan(tmp_path, overrides=(*TINY, "network.width=16")), silent)
