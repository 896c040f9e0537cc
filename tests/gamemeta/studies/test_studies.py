"""Ways to adapt, compared on one game."""

import json
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gamemeta.agent.file import read_agent
from gamemeta.errors import ConfigError, UnknownName
from gamemeta.learners.registry import learner_kind
from gamemeta.studies import comparison, stopwatch
from gamemeta.studies.findings import Finding, check, markdown, scores_table
from gamemeta.studies.page import page_of
from gamemeta.studies.record import Plan, Record, opened
from gamemeta.studies.stopwatch import Stopwatch, seconds_of
from gamemeta.studies.trainable import check_baselines, refusals
from gamemeta.studies.variant import Variant, check_overrides, variants
from gamemeta.training.config import load_config
from gamemeta.training.observer import Observer
from gamemeta_cli.app import app
from gamemeta_levels.families.maze.family import Maze
from gamemeta_levels.family import generate
from gamemeta_levels.formats import write_level

PLAN = Plan(game="maze", seeds=2, minutes=None, steps=10)
SMALL = ["run.lanes=4", "run.shards=1", "run.rollout_steps=10", "ppo.minibatches=1", "run.validations=1"]
SETTINGS = [word for setting in SMALL for word in ("--set", setting)]


def curve(*scores):
    low, high = [score - 0.1 for score in scores], [score + 0.1 for score in scores]
    return {"score": list(scores), "score_low": low, "score_high": high}


def row(index=0.5):
    known = {name: {"value": value, "low": 0.2, "high": 0.9} for name, value in (("room", 0.4),)}
    estimates = {"index": {"value": index, "low": 0.3, "high": 0.7}, "reset_trained": {"value": 0.1}}
    estimates["reset_trained"] |= {"low": 0.0, "high": 0.2}
    result = {
        "episodes": 2, "levels": 8, "split": "test", "par": {}, "agent": curve(0.1, 0.45),
        "wiped": curve(0.1, 0.1), "swapped": curve(0.1, 0.05), "reset_trained": curve(0.05, 0.15),
        "revealed": curve(0.5, 0.5), "adaptation": known | estimates, "verdict": {"sentence": "It adapts."},
        "agents": [{"agent": curve(0.1, 0.4), "adaptation": {"index": {"value": index}}}],
    }  # fmt: skip
    return {
        "learner": "rl2", "cell": "gru", "steps": 1200, "seconds": [60.0, 120.0], "parameters": 5000,
        "bytes": 2048, "us_per_decision": {"median": 12.4}, "commit": "abc", "result": result,
    }  # fmt: skip


def record(path=Path(), **rows):
    machine = {"cores": 2, "processor": "a <processor>", "python": "3"}
    return Record(path, PLAN, machine, rows=rows)


def test_every_learner_is_crossed_with_every_cell(monkeypatch):
    assert variants("rl2", "") == [Variant("rl2")]
    assert [one.name for one in variants("rl2", "gru, mingru+table")] == ["rl2 gru", "rl2 mingru+table"]
    kind = replace(learner_kind("rl2"), has_cells=False)
    monkeypatch.setattr("gamemeta.studies.variant.learner_kind", lambda name: kind)
    assert variants("rl2", "gru,mingru") == [Variant("rl2")]


@pytest.mark.parametrize(
    ("learners", "cells", "error"),
    [
        ("rl2,", "", "--learners rl2,: give different"),
        ("rl2", "gru,gru", "--cells gru,gru: give different"),
        ("nobody", "", "no learner called 'nobody'"),
        ("rl2", "a,b,c,d,e,f,g,h", "8 variants: a study compares at most 7"),
    ],
)
def test_lists_that_mean_nothing_are_refused(learners, cells, error):
    with pytest.raises((ConfigError, UnknownName), match=error):
        variants(learners, cells)


def test_the_table_holds_what_was_found():
    heads, ((*cells,),) = scores_table([Finding("rl2 gru", row())])
    found = dict(zip(heads, cells, strict=True))
    assert list(found)[:3] == ["adaptation index", "room", "episode 1"]
    assert found["adaptation index"].value == 0.5
    assert found["episode 2"].value == 0.45
    assert found["wiped, 2"].value == 0.1
    assert found["reset-trained"].value == 0.1
    assert list(Finding("rl2 gru", row()).costs()) == ["1,200", "1.50", "12", "5,000", "2"]
    assert "| rl2 gru | 0.500 ±0.200 |" in markdown(record(**{"rl2 gru": row()}), "gamemeta study maze")


def test_the_page_needs_nothing_else_and_escapes_names():
    page = page_of(record(**{"rl2 <b>": row(), "rl2 gru": row(index=None)}), "gamemeta study <maze>")
    assert "<b>." not in page.replace("<b>rl2", "")
    assert "rl2 &lt;b&gt;" in page
    assert "a &lt;processor&gt;" in page
    assert "<script" not in page
    assert "http" not in page.replace("http-equiv", "").replace("http://www.w3.org", "")


def test_a_folder_keeps_one_study(tmp_path):
    first = record(tmp_path, **{"rl2 gru": row()})
    first.save()
    assert opened(tmp_path, PLAN, {}).rows == first.rows
    with pytest.raises(ConfigError, match="begun with seeds 2, not 3"):
        opened(tmp_path, replace(PLAN, seeds=3), {})
    first.file.write_text("[1]")
    with pytest.raises(ConfigError, match="no record of a study"):
        opened(tmp_path, PLAN, {})


def test_a_study_trains_each_variant_once_and_goes_on_where_it_was_stopped(tmp_path, monkeypatch):
    out, runner = tmp_path / "study", CliRunner()
    options = ["--seeds", "2", "--minutes", "0.01", "--levels", "8", "--baselines", "none", *SETTINGS]
    words = ["study", "bandit", "--out", str(out), *options, "--json"]
    monkeypatch.setattr(comparison, "speeds", lambda configs, level_set: dict.fromkeys(configs, 100.0))

    def stopped(*args, **more):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(comparison, "evaluate_study", stopped)
        stop = runner.invoke(app, [*words, "--cells", "gru"])
    assert stop.exit_code == 130
    assert "the same command goes on with" in stop.output
    assert json.loads((out / "study.json").read_text())["rows"] == {}
    trained = read_agent(out / "rl2-gru-1" / "agent.safetensors")
    assert (trained.training["config"]["run"]["seed"], trained.training["steps"]) == (1, 80)
    with monkeypatch.context() as patch:
        patch.setattr(comparison, "begin", lambda *args: pytest.fail())
        done = runner.invoke(app, [*words, "--cells", "gru"])
    assert done.exit_code == 0, done.output
    more = runner.invoke(app, [*words, "--cells", "gru,mingru"])
    rows = json.loads(more.stdout)
    assert list(rows) == ["rl2 gru", "rl2 mingru"]
    assert rows["rl2 gru"] == json.loads(done.stdout)["rl2 gru"]
    assert [len(one["result"]["agents"]) for one in rows.values()] == [2, 2]
    assert (out / "study.html").exists()
    assert "--learners rl2:gru,rl2:mingru --seeds 2 --minutes 0.01" in (out / "study.md").read_text()


def test_a_learner_may_be_given_with_a_cell_of_its_own():
    chosen = variants("rl2:gru,rl2,maml", "attention")
    assert [one.name for one in chosen] == ["rl2 gru", "rl2 attention", "maml"]
    assert [Variant.named(one.name) for one in chosen] == chosen
    for word, error in (("maml:gru", "no memory cells"), ("rl2:", "no cell"), ("rl2:gru,rl2", "twice")):
        with pytest.raises(ConfigError, match=error):
            variants(word, "gru")


def test_a_setting_of_one_learner_is_none_of_the_others():
    chosen = variants("belief,rl2", "")
    settings = ["ppo.clip=0.3", "belief.clip=0.4"]
    belief, rl2 = (one.config("bandit", settings, 0, 10) for one in chosen)
    assert (belief.learner.clip, rl2.learner.clip) == (0.4, 0.3)
    check_overrides(chosen, [*settings, "run.lanes=4"])
    with pytest.raises(ConfigError, match=r"--set maml.clip=1: .* which is not compared"):
        check_overrides(chosen, ["maml.clip=1"])


def test_a_variant_that_a_game_cannot_train_is_named_with_the_reason():
    without_latent = [*SMALL, "belief.minibatches=1", "network.latent=0"]
    configs = {one.name: one.config("bandit", without_latent, 0, 10) for one in variants("belief,rl2", "")}
    refused = refusals(configs, None, {"belief": "outdated", "maml": "not asked for now"})
    assert list(refused) == ["maml", "belief"]
    assert "network.latent = 0" in refused["belief"]
    with pytest.raises(ConfigError, match=r"network.latent = 0"):
        refusals({"belief": configs["belief"]}, None, {})
    kept = replace(record(**{"rl2": row()}), refused=refused)
    assert "- belief: cannot be trained here: network.latent = 0" in markdown(kept, "gamemeta study bandit")


def test_games_of_several_seats_have_no_baselines():
    config = load_config("duel", overrides=["game.others=outside"])
    with pytest.raises(ConfigError, match=r"2 seats.*--baselines none"):
        check_baselines(replace(PLAN, game="duel"), config)
    check_baselines(replace(PLAN, baselines="none"), config)


def test_a_stopwatch_counts_the_processor_and_outlasts_a_kill(tmp_path, monkeypatch):
    now = iter([0, 10, 13, 14, 20, 21])
    monkeypatch.setattr(stopwatch.time, "process_time", lambda: float(next(now)))
    first = Stopwatch(Observer(), tmp_path)
    first.begun(None, None, None)
    first.iterated(None, 1.0)  # from 10 to 13
    first.validated(0, None)
    assert seconds_of(tmp_path, 4) == 12
    (tmp_path / stopwatch.NAME).write_text("[3.0")
    assert seconds_of(tmp_path, 4) is None


def test_a_study_plays_level_files_and_keeps_to_them(tmp_path):
    (tmp_path / "mine").mkdir()
    for split, seed in product(("train", "test"), range(2)):
        write_level(generate(Maze(), seed, split), tmp_path / "mine" / f"{split}{seed}.txt")
    files = ["--levels", str(tmp_path / "mine"), "--variations", "0"]
    words = ["study", "maze", "--out", str(tmp_path / "out"), "--seeds", "1", "--steps", "10", *SETTINGS]
    words += ["--baselines", "none", "--set", "run.validations=0"]
    done = CliRunner().invoke(app, [*words, *files])
    assert done.exit_code == 0, done.output
    page = (tmp_path / "out" / "study.md").read_text()
    assert f"--levels {tmp_path / 'mine'} --variations 0" in page
    assert "played 2 test levels of the files" in page
    write_level(generate(Maze(), 2, "train"), tmp_path / "mine" / "more.txt")
    changed = CliRunner().invoke(app, [*words, *files])
    assert "begun with level_set set" in str(changed.exception)
    none = CliRunner().invoke(app, [*words, "--levels", str(tmp_path / "nowhere")])
    assert "nowhere" in str(none.exception)


GAME = """
class Guess:
    actions, step_limit = 3, 4

    def reset(self, level):
        self.right = level % 3
        return [0.0]

    def step(self, action):
        return [float(action)], float(action == self.right), False
"""


def test_a_study_of_a_class_in_a_file_names_the_file(tmp_path, monkeypatch):
    def compared(record, chosen, *screens_and_levels):
        assert chosen[0].config(record.plan.game, (), 0).setup.game().name == "guess.py:Guess"
        record.rows["rl2"] = row()

    monkeypatch.setattr(comparison, "compare", compared)
    (tmp_path / "guess.py").write_text(GAME, encoding="utf-8")
    game = f"{tmp_path / 'guess.py'}:Guess"
    words = ["--seeds", "1", "--steps", "10", "--levels", "4", "--baselines", "none", *SETTINGS]
    done = CliRunner().invoke(app, ["study", game, "--out", str(tmp_path / "out"), *words])
    assert done.exit_code == 0, done.output
    assert f"gamemeta study {game} --learners rl2" in (tmp_path / "out" / "study.md").read_text()


def test_a_damaged_record_is_refused_in_a_sentence(tmp_path):
    damaged = record(tmp_path, **{"rl2 gru": row() | {"result": {}}})
    with pytest.raises(ConfigError, match="no record of a study"):
        check(damaged)
