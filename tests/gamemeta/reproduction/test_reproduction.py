import json
import time
from dataclasses import replace

import pytest

from gamemeta.agent.file import read_agent
from gamemeta.errors import ConfigError, TrainingError, UnknownName
from gamemeta.reproduction import reproduce as module
from gamemeta.reproduction.aims import aims
from gamemeta.reproduction.cells import PROBLEMS, find_cell
from gamemeta.reproduction.jobs import GO_ON, INTERRUPTED, TIME_UP
from gamemeta.reproduction.pages import page
from gamemeta.reproduction.recipes import GRU, LEARNED, TABLE
from gamemeta.reproduction.record import read_record, write_record
from gamemeta.reproduction.reproduce import Plan, reproduce
from gamemeta.reproduction.sheets import sheet
from gamemeta.reproduction.workers import in_processes, in_turn
from gamemeta.training import course

TINY = (
    "run.lanes=16",
    "run.steps=960",
    "run.checkpoint_s=0",
    "network.width=16",
    "ppo.epochs=1",
    "ppo.minibatches=2",
)


class Watcher:
    """Keeps which jobs there were, and may do something when told."""

    def __init__(self, on_told=lambda status: None):
        self.names, self.finished, self.on_told = [], [], on_told

    def begun(self, names):
        self.names += names

    def progressed(self, name, status):
        self.on_told(status)

    def ended(self, name, finished):
        self.finished.append(finished)


@pytest.fixture(autouse=True)
def _small(monkeypatch):
    monkeypatch.setattr(course, "TEST_LEVELS", 16)
    monkeypatch.setattr(module, "FEWEST_INSTANCES", 20)
    monkeypatch.setattr(module, "TUNED_ON", 10)


@pytest.fixture
def plan(tmp_path):
    return Plan(
        problem="bandits",
        cells=(find_cell("bandits", "10,5"),),
        seeds=2,
        instances=50,
        overrides=TINY,
        runs=tmp_path / "runs",
        out=tmp_path / "out",
        command="gamemeta reproduce bandits --cell 10,5",
    )


def done(plan, **changes):
    watcher = Watcher()
    outcome = reproduce(replace(plan, **changes), watcher, in_turn)
    return outcome, watcher


@pytest.mark.slow
def test_a_reproduction_leaves_a_record_and_a_page(plan):
    outcome, _ = done(plan)
    made = read_record(plan.out / "bandits-n10-k5.json")
    assert outcome.stopped == GO_ON
    assert made == outcome.records[0]
    assert made["instances"]["count"] == 50
    assert made["exact"]["bayes_optimal"] == pytest.approx(6.660, abs=5e-4)
    ours = made["variants"][TABLE]
    assert [(run["seed"], run["steps"], run["finished"]) for run in ours["runs"]] == [
        (0, 960, True),
        (1, 960, True),
    ]
    assert ours["value"] == pytest.approx(sum(run["value"] for run in ours["runs"]) / 2, abs=1e-4)
    share = ours["value"] / made["players"]["bayes_optimal"]["value"]
    assert ours["share"]["value"] == pytest.approx(share, abs=1e-4)
    for name in ("command", "date", "machine", "versions", "aims"):
        assert made[name]
    assert outcome.page.read_text(encoding="utf-8") == page([made])
    assert not [p for p in plan.out.iterdir() if p.name.startswith(".")], "nothing half written is left"


@pytest.mark.slow
def test_the_second_run_trains_and_plays_nothing(plan):
    first, _ = done(plan)
    second, watcher = done(plan)
    assert watcher.names == []
    assert second.records == first.records


@pytest.mark.slow
def test_more_instances_are_played_without_training_again(plan):
    done(plan)
    before = {p: p.read_bytes() for p in plan.runs.glob("*/agent.safetensors")}
    outcome, watcher = done(plan, instances=60)
    assert len(watcher.names) == 3
    assert outcome.records[0]["instances"]["count"] == 60
    assert {p: p.read_bytes() for p in plan.runs.glob("*/agent.safetensors")} == before


@pytest.mark.slow
def test_other_settings_in_the_directory_are_refused_by_name(plan):
    done(plan)
    with pytest.raises(TrainingError, match=r"ppo.clip = 0.2, not 0.3.*--runs"):
        done(plan, overrides=(*TINY, "ppo.clip=0.3"))


@pytest.mark.slow
def test_the_gru_gets_the_time_of_the_structured_memory(plan):
    outcome, _ = done(plan, variants=(TABLE, LEARNED, GRU))
    made = outcome.records[0]
    relative, variants = made["rates"][GRU]["relative"], made["variants"]
    assert 0 < relative < 10
    assert variants[LEARNED]["settings"]["network"]["keys"] == "learned"
    assert variants[LEARNED]["steps"] == variants[TABLE]["steps"]
    for ours, theirs in zip(variants[TABLE]["runs"], variants[GRU]["runs"], strict=True):
        assert theirs["finished"]
        assert theirs["of_steps"] == pytest.approx(relative * ours["of_steps"], abs=160)
        assert theirs["steps"] == theirs["of_steps"], "schedules end where they should"
        assert theirs["weights"] > ours["weights"]
    again, watcher = done(plan, variants=(TABLE, LEARNED, GRU))
    assert watcher.names == []
    assert again.records == outcome.records


@pytest.mark.slow
def test_a_run_whose_time_was_up_goes_on_to_the_same_agent(plan):
    whole, _ = done(plan, seeds=1)

    def slowly(status):
        if status.doing == "training":
            time.sleep(0.3)

    cut = replace(plan, seeds=1, runs=plan.runs / "cut", overrides=TINY)
    done(cut, hours=1e-9)
    stopped = reproduce(_without_players(cut, hours=2e-5), Watcher(slowly), in_turn)
    run = stopped.records[0]["variants"][TABLE]["runs"][0]
    assert stopped.stopped == TIME_UP
    assert 0 < run["steps"] < 960
    assert "value" in run, "what was trained so far is measured"
    assert f"{run['steps']} of 960 steps" in page(stopped.records)
    rest, _ = done(cut)
    agents = [
        read_agent(p / "bandits-n10-k5-table-seed0" / "agent.safetensors") for p in (plan.runs, cut.runs)
    ]
    assert agents[0].digest == agents[1].digest
    assert rest.records[0]["variants"][TABLE]["value"] == whole.records[0]["variants"][TABLE]["value"]


def _without_players(plan, **changes):
    """The plan, after its classic players have been through."""
    made = module._Cell(plan, plan.chosen[0]).classics
    made.run(lambda status: None, lambda: GO_ON)
    return replace(plan, **changes)


@pytest.mark.slow
def test_processes_train_side_by_side_as_one_after_the_other(plan):
    alone, _ = done(plan, seeds=1)
    watcher = Watcher()
    apart = replace(plan, runs=plan.runs / "apart", jobs=2, seeds=1)
    outcome = reproduce(apart, watcher, in_processes)
    assert watcher.finished == [True] * 2
    for name in ("variants", "players"):
        theirs, ours = outcome.records[0][name], alone.records[0][name]
        assert _without_seconds(theirs) == _without_seconds(ours)


def _without_seconds(figures):
    text = json.dumps(figures)
    return [part for part in text.split('", "') for part in part.split(", ") if "seconds" not in part]


@pytest.mark.parametrize("problem", ["mdp", "grid"])
def test_the_other_problems_have_records_and_pages_too(plan, problem):
    cells = PROBLEMS[problem].cells[:1]
    outcome, _ = done(plan, problem=problem, cells=cells, seeds=1, overrides=(*TINY, "run.steps=1"))
    text = outcome.page.read_text(encoding="utf-8")
    if problem == "grid":
        assert "Nothing is held out" in text
        controls = outcome.records[0]["variants"][TABLE]["controls"]
        assert "| … memory of another instance |" in text and list(controls) == ["wiped", "swapped"]
        assert outcome.records[0]["exact"]["first_episode_bound"] == pytest.approx(4.0)
        assert "| 11.07 | 11.07 | 11.07 | 11.07 |" in text
    else:
        assert "replanning with a bonus" in text
        assert "156.2 (c)" in text


@pytest.fixture
def made(plan):
    return done(plan, seeds=1)[0].records[0]


def test_the_table_says_what_the_record_says(made):
    made["variants"][TABLE] |= {"value": 6.6543, "error": 0.01}
    made["players"]["thompson"]["value"] = 5.4321
    rows = {row.name: row for _, rows in sheet([made]).groups for row in rows}
    assert rows["structured memory, given keys"].cells == ("6.654 ±0.020",)
    assert rows["Thompson"].cells[0].startswith("5.432 ±")
    assert rows["RL² (Duan et al. 2016)"].cells == ("6.7 (c)",)
    assert rows["SNAIL (Mishra et al. 2018)"].cells == ("6.6 ±0.1 (r)",)
    assert rows["Thompson (Duan et al. 2016)"].cells == ("5.7 (c)",)
    assert "not a like-for-like win" in page([made]).replace("\n", " ")


def test_cells_stand_side_by_side_and_what_is_missing_is_a_dash(made):
    other = json.loads(json.dumps(made)) | {"n": 500, "k": 50, "players": {}, "aims": []}
    found = sheet([made, other])
    assert found.columns == ("n=10 k=5", "n=500 k=50")
    rows = {row.name: row.cells for _, rows in found.groups for row in rows}
    assert rows["random"][1] == "-"


def test_shares_say_whose_they_are(made):
    other = json.loads(json.dumps(made)) | {"n": 100, "yardstick": "gittins"}
    rows = [row.name for _, rows in sheet([made, other]).groups for row in rows]
    assert "… share of Bayes-optimal player / Gittins, finite horizon" in rows


def test_the_interval_of_the_first_episode_may_reach_the_bound_but_not_lie_above_it():
    def first_episode(value):
        curve = [{"value": value, "error": 0.1}, *[{"value": 11.0, "error": 0.1}] * 3]
        exact = {"oracle": 44.0, "first_episode_bound": 4.0}
        grid = {"problem": "grid", "n": 4, "exact": exact}
        return aims({**grid, "variants": {TABLE: {"value": 37.0, "curve": curve}}})[-1]

    assert first_episode(4.15)["what"].endswith("3.954 to 4.346, not above the bound 4.00")
    assert [first_episode(value)["reached"] for value in (3.5, 4.15, 4.25)] == [True, True, False]


def test_a_torn_log_still_says_how_long_its_whole_lines_took(plan):
    done(plan, seeds=1)
    job = module._Cell(plan, plan.cells[0]).trainings[TABLE][0]
    log = job.directory.log
    log.write_text('{"step": 160, "steps_per_s": 320}\n{"step": 320, "validation": {}}\n{"step": 4', "utf-8")
    assert job.seconds() == pytest.approx(160 / 320)


def test_a_record_of_another_kind_is_refused(tmp_path):
    write_record(tmp_path / "a.json", {"format": "other", "version": 1})
    with pytest.raises(ConfigError, match=r"a\.json.*Delete it"):
        read_record(tmp_path / "a.json")


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"problem": "chess"}, UnknownName, "bandits, mdp, grid"),
        ({"instances": 3}, ConfigError, "--instances 3"),
        ({"hours": 0.0}, ConfigError, "--hours 0"),
        ({"hours": float("nan")}, ConfigError, "--hours nan"),
        ({"seeds": 0}, ConfigError, "--seeds 0"),
        ({"jobs": -1}, ConfigError, "--jobs -1"),
        ({"variants": ("lstm",)}, ConfigError, "lstm"),
    ],
)
def test_a_plan_that_cannot_be_carried_out_says_why(plan, changes, error, message):
    with pytest.raises(error, match=message):
        replace(plan, **changes)


def test_a_job_that_fails_names_itself(plan):
    plan.runs.mkdir()
    (plan.runs / "bandits-n10-k5-table-seed0").write_text("in the way")
    with pytest.raises(TrainingError, match="this is a file"):
        done(plan, seeds=1)


def test_stopping_by_the_flag_leaves_the_checkpoint(plan):
    job = module._Cell(plan, plan.chosen[0]).trainings[TABLE][0]
    asked = iter([GO_ON, GO_ON, GO_ON])
    job.run(lambda status: None, lambda: next(asked, INTERRUPTED))
    assert 0 < job.agent().training["steps"] < 960
    assert not job.measured(), "after Ctrl-C nothing more is played"
    job.run(lambda status: None, lambda: GO_ON)
    assert job.finished
    assert job.measured()
