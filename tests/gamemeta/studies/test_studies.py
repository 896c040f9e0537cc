"""Ways to adapt, compared on one game."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gamemeta.agent.file import read_agent
from gamemeta.errors import ConfigError, UnknownName
from gamemeta.learners.registry import learner_kind
from gamemeta.studies import comparison
from gamemeta.studies.findings import Finding, markdown, scores_table
from gamemeta.studies.page import page_of
from gamemeta.studies.record import Plan, Record, opened
from gamemeta.studies.variant import Variant, variants
from gamemeta_cli.app import app

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
