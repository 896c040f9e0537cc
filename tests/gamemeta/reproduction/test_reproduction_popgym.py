"""`gamemeta reproduce popgym`: what is trained, written and told beside published figures."""

from contextlib import contextmanager
from dataclasses import replace

import pytest

from gamemeta.errors import ConfigError, TrainingError, UnknownName
from gamemeta.games.builtin.popgym.game import popgym_game
from gamemeta.games.builtin.popgym.recipes import ANSWERS
from gamemeta.reproduction.popgym.page import page
from gamemeta.reproduction.popgym.published import published
from gamemeta.reproduction.popgym.reproduce import (
    KEPT,
    POPGymPlan,
    find_size,
    reproduce_popgym,
    table,
)
from gamemeta.training.observer import Observer
from gamemeta_levels.families.popgym.tasks import SIZES

TINY = ("run.lanes=8", "run.validations=2", "run.validation_levels=4", "network.width=8", "ppo.epochs=1")
SIZE = find_size("higher_lower-easy")


@contextmanager
def silent():
    yield Observer()


def plan(tmp_path, **changed):
    settings = {"sizes": (SIZE,), "steps": 500, "levels": 4, "overrides": TINY}
    return POPGymPlan(runs=tmp_path / "runs", out=tmp_path / "out", **(settings | changed))


@pytest.mark.parametrize("size", SIZES, ids=lambda size: size.name)
def test_rollouts_hold_whole_episodes_and_answers_are_credited_alone(size):
    config = POPGymPlan().config(size, 3)
    assert config.run.rollout_steps == size.limit and config.run.seed == 3
    assert config.setup.game().size == size and config.trial.episodes == 1
    assert (config.learner.discount == 0) == (size.task in ANSWERS)
    assert config.network.cell != "attention" or config.network.window > size.span


def test_unknown_tasks_and_numbers_are_refused(tmp_path):
    with pytest.raises(UnknownName, match="'chess-easy': write a task and a difficulty"):
        find_size("chess-easy")
    with pytest.raises(ConfigError, match="levels = 0"):
        plan(tmp_path, levels=0)
    with pytest.raises(ConfigError, match=r"--set game\.difficulty: the problem, its --cell"):
        plan(tmp_path, overrides=("game.difficulty=hard",))
    (tmp_path / "popgym.json").write_text('{"problem": "mdp"}')
    with pytest.raises(ConfigError, match=r"no record of popgym \(it is of mdp\)"):
        KEPT.read(tmp_path)


def test_published_figures_are_those_of_five_tasks():
    found = {size.name: figures for size in SIZES if (figures := published(size))}
    assert len(found) == 15
    assert (found["repeat_previous-medium"].best, found["repeat_previous-medium"].memory) == (0.789, "LMU")
    assert all(figures.gru <= figures.best for figures in found.values())


def run_of(seed, mean):
    facts = {"seed": seed, "steps": 1000, "seconds": 1.0, "agent": "", "weights": 9}
    return facts | {"mean": mean, "error": 0.01, "maximum": mean + 0.1, "curve": [[1000, mean + 0.1]]}


def test_the_page_tells_means_over_seeds_beside_what_was_published():
    record = {
        "levels": 50,
        "runs": [run_of(0, 0.5), run_of(1, 0.7)],
        "random": {"mean": 0.0, "error": 0.0},
        "yardstick": {"player": "counts the cards", "mean": 0.53, "error": 0.0},
        "settings": {"network": {"cell": "mingru"}},
        **{"command": "gamemeta reproduce popgym", "machine": "here"},
        "versions": {"python": "3", "torch": "2", "gamemeta": "0", "commit": "abc"},
    }
    text = page({"higher_lower-easy": record, "minesweeper-easy": record | {"yardstick": None}})
    assert (
        "| higher_lower, easy | 0.000 | **0.600** ±1.271 | **0.700** | 0.530 | 0.529 | 0.529 (GRU) |" in text
    )
    assert "| minesweeper, easy | 0.000 | **0.600** ±1.271 | **0.700** | - | - | - |" in text
    assert "Over the 1 games" in text and "at least as high as the best in 1 of the 1" in text
    assert "over 50 test levels" in text


def test_the_hours_hold_for_all_trainings_together(tmp_path, monkeypatch):
    given = []
    monkeypatch.setattr(
        "gamemeta.reproduction.popgym.reproduce.trained", lambda *all_of: given.append(all_of[3])
    )
    assert reproduce_popgym(plan(tmp_path, hours=0.5), silent) is None
    assert given == [pytest.approx(30, abs=1)]


def test_a_training_is_measured_written_and_not_done_again(tmp_path, monkeypatch):
    cls = popgym_game("popgym/higher_lower")
    monkeypatch.setattr(cls, "about", replace(cls.about, test_levels=4))
    made = reproduce_popgym(plan(tmp_path), silent)
    assert made == KEPT.read(tmp_path / "out") and set(made) == {SIZE.name}
    (run,) = made[SIZE.name]["runs"]
    assert run["steps"] >= 500 and run["maximum"] == max(value for _, value in run["curve"])
    assert reproduce_popgym(plan(tmp_path), silent) == made
    assert "| higher_lower, easy |" in table(made) and table(made) in (tmp_path / "out/popgym.md").read_text()
    with pytest.raises(TrainingError, match=r"network\.width = 8, not 16"):
        reproduce_popgym(plan(tmp_path, overrides=(*TINY, "network.width=16")), silent)
