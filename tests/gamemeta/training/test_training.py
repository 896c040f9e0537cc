import errno
import json
import signal
import threading
import time
from dataclasses import replace

import numpy as np
import pytest

from gamemeta.agent.file import read_agent
from gamemeta.errors import AgentFileError, TrainingError
from gamemeta.networks.precision import BFLOAT16, can_multiply
from gamemeta.training import course, session
from gamemeta.training.checkpoint import load_checkpoint, save_checkpoint
from gamemeta.training.config import load_config
from gamemeta.training.loop import Training
from gamemeta.training.observer import Observer

SMALL = [
    "run.lanes=16",
    "run.rollout_steps=32",
    "run.steps=4096",
    "run.validation_levels=8",
    "run.validations=2",
    "run.checkpoint_s=0",
    "ppo.minibatches=4",
    "network.width=16",
]


def small(*overrides):
    return load_config("maze", overrides=[*SMALL, *overrides])


class Watcher(Observer):
    """Counts what it is told, and may do something after an iteration."""

    def __init__(self, after=None):
        self.steps, self.scores, self.after = [], [], after

    def iterated(self, done, steps_per_s):
        self.steps.append(done.step)
        if self.after:
            self.after(done)

    def validated(self, step, result):
        self.scores.append((step, result.curves["agent"].score))


def run(config, out, after=None):
    watcher = Watcher(after)
    outcome = session.train(*session.begin(config, out), watcher)
    return outcome, watcher


def test_a_training_leaves_settings_log_checkpoint_agent_and_table(tmp_path):
    outcome, watcher = run(small(), tmp_path / "run")
    assert (outcome.ended, outcome.step) == ("done", 4096)
    assert watcher.steps == list(range(512, 4097, 512))
    assert [step for step, _ in watcher.scores] == [2048, 4096]
    names = {p.name for p in (tmp_path / "run").iterdir()}
    assert names == {
        "config.toml",
        "log.jsonl",
        "checkpoint.safetensors",
        "checkpoint.previous.safetensors",
        "agent.safetensors",
        "table.json",
        ".lock",
    }
    table = json.loads((tmp_path / "run" / "table.json").read_text())
    about = {"game", "split", "levels", "episodes", "seed", "intervals", "verdict"}
    assert set(table) == about | set(outcome.test.curves)
    agent = read_agent(tmp_path / "run" / "agent.safetensors")
    assert agent.scores["test"] == table
    assert agent.training["steps"] == 4096


@pytest.mark.slow
def test_equal_seeds_give_equal_agents_and_other_seeds_do_not(tmp_path):
    agents = []
    for k, seed in enumerate((1, 1, 2)):
        run(small(f"run.seed={seed}"), tmp_path / str(k))
        agents.append((tmp_path / str(k) / "agent.safetensors").read_bytes())
    assert agents[0] == agents[1]
    assert agents[0] != agents[2]


def test_advantages_are_centred_over_the_lanes_of_all_shards(monkeypatch):
    training, seen = Training(small("run.shards=2", "ppo.epochs=1")), []
    real = training.learner.loss_and_grads
    monkeypatch.setattr(
        training.learner, "loss_and_grads", lambda batch: seen.append(batch.advantage.ravel()) or real(batch)
    )
    next(training.run())
    everything = np.concatenate(seen)
    assert len(everything) == training.steps_per_iteration
    assert abs(everything.mean()) < 1e-4
    assert everything.std() == pytest.approx(1, abs=1e-3)


@pytest.mark.slow
def test_the_result_does_not_depend_on_the_number_of_threads(tmp_path):
    for threads in (1, 2):
        run(small(f"run.threads={threads}"), tmp_path / str(threads))
    one, two = ((tmp_path / k / "agent.safetensors").read_bytes() for k in "12")
    assert one == two


FEW = ["run.lanes=8", "run.rollout_steps=32", "run.steps=1024", "ppo.minibatches=2", "network.width=16"]
OTHERS = ["game.others=outside", "selfplay.pool=recent", "selfplay.every=1", "selfplay.share=0.5"]


@pytest.mark.parametrize(
    ("game", "settings"),
    [
        ("dungeon", []),
        ("maze", ["network.cell=gru"]),
        ("maze", ["trial.memory=step", "trial.episodes=1"]),
        ("maze", ["curriculum.kind=plr", "curriculum.warmup_trials=4"]),
        ("maze", ["curriculum.kind=accel", "curriculum.warmup_trials=4"]),
        ("tag", OTHERS),
    ],
)
def test_the_whole_state_does_not_depend_on_the_number_of_threads(game, settings):
    one, two = (
        Training(load_config(game, overrides=[*FEW, *settings, f"run.threads={threads}"]))
        for threads in (1, 2)
    )
    for training in (one, two):
        assert len(list(training.run())) == 4
    wanted, found = one.arrays(), two.arrays()
    assert wanted.keys() == found.keys()
    for name, array in wanted.items():
        np.testing.assert_array_equal(found[name], array, err_msg=name)


@pytest.mark.parametrize("compiled", [True, False])
def test_only_compiled_games_are_played_in_threads(monkeypatch, compiled):
    training, played_in = Training(small("run.threads=2")), set()
    for shard in training.shards:
        game = shard.trials.game
        monkeypatch.setattr(game, "about", replace(game.about, compiled=compiled))
        step = game.step
        monkeypatch.setattr(game, "step", lambda *a, s=step: (played_in.add(threading.get_ident()), s(*a))[1])
    next(training.run())
    assert (threading.get_ident() in played_in) != compiled


@pytest.mark.slow
@pytest.mark.parametrize(
    "setting",
    [
        "network.cell=mingru",
        "network.cell=gru",
        "network.cell=attention",
        pytest.param(
            "run.precision=bfloat16",
            marks=pytest.mark.skipif(not can_multiply(BFLOAT16), reason="the processor has none"),
        ),
    ],
)
def test_a_resumed_training_ends_in_the_identical_agent(tmp_path, setting):
    run(small(setting), tmp_path / "whole")

    class Killed(BaseException):
        pass

    def kill(done):
        if done.step == 1536:
            raise Killed

    with pytest.raises(Killed):
        run(small(setting), tmp_path / "cut", kill)
    session.train(*session.resume(tmp_path / "cut"), Watcher())
    for name in ("agent.safetensors", "table.json"):
        assert (tmp_path / "whole" / name).read_bytes() == (tmp_path / "cut" / name).read_bytes()

    def terms(run):
        lines = (tmp_path / run / "log.jsonl").read_text().splitlines()
        return [{k: v for k, v in json.loads(x).items() if k != "steps_per_s"} for x in lines]

    assert terms("whole") == terms("cut")


def test_ctrl_c_saves_and_stops(tmp_path):
    def press(done):
        if done.step == 1024:
            signal.raise_signal(signal.SIGINT)

    before = signal.getsignal(signal.SIGINT)
    outcome, _ = run(small(), tmp_path / "run", press)
    assert (outcome.ended, outcome.step, outcome.test) == ("stopped", 1024, None)
    assert load_checkpoint(tmp_path / "run" / "checkpoint.safetensors").iteration == 2
    assert signal.getsignal(signal.SIGINT) is before


def test_a_time_limit_stops_early_and_still_gives_the_table(tmp_path):
    training, directory = session.begin(small(), tmp_path / "run")
    outcome = session.train(training, directory, Watcher(lambda done: time.sleep(0.01)), minutes=1e-5)
    assert outcome.ended == "minutes"
    assert outcome.step < 4096
    assert outcome.test is not None
    resumed = session.train(*session.resume(tmp_path / "run"), Watcher())
    assert resumed.step == 4096


def test_training_works_outside_the_main_thread(tmp_path):
    result = []
    thread = threading.Thread(target=lambda: result.append(run(small(), tmp_path / "run")[0]))
    thread.start()
    thread.join()
    assert result[0].ended == "done"


def test_a_full_disk_ends_in_one_error_and_the_checkpoint_stays_whole(tmp_path, monkeypatch):
    training, directory = session.begin(small(), tmp_path / "run")
    whole = directory.checkpoint.read_bytes()

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device", str(directory.checkpoint))

    monkeypatch.setattr(course, "save_checkpoint", full)
    with pytest.raises(TrainingError, match=r"No space left .*step 512.*--resume"):
        session.train(training, directory, Watcher())
    assert directory.checkpoint.read_bytes() == whole


def test_a_directory_with_a_run_is_not_overwritten(tmp_path):
    session.begin(small(), tmp_path / "run")
    with pytest.raises(TrainingError, match="a run already"):
        session.begin(small(), tmp_path / "run")


def test_a_file_in_place_of_the_directory_is_refused(tmp_path):
    (tmp_path / "run").write_text("")
    with pytest.raises(TrainingError, match="this is a file"):
        session.begin(small(), tmp_path / "run")
    with pytest.raises(TrainingError, match="cannot be written"):
        session.begin(small(), tmp_path / "run" / "deeper")


@pytest.mark.parametrize("damage", ["missing", "cut", "other"])
def test_a_checkpoint_that_cannot_be_used_is_named(tmp_path, damage):
    _, directory = session.begin(small(), tmp_path / "run")
    if damage == "missing":
        directory.checkpoint.unlink()
    if damage == "cut":
        directory.checkpoint.write_bytes(directory.checkpoint.read_bytes()[:5000])
    if damage == "other":
        directory.checkpoint.write_bytes(directory.agent.read_bytes())
    with pytest.raises(TrainingError, match=r"checkpoint\.safetensors"):
        session.resume(tmp_path / "run")


@pytest.mark.parametrize(
    ("name", "place", "number", "said"),
    [
        ("shard0.memory.cells.0", (0, -1), 1e9, "last address"),
        ("shard0.memory.cells.0", (0, -1), np.nan, "holds NaN or infinity"),
        ("shard1.inputs.previous_action", (0, 0), 5, "previous_action holds symbols"),
        ("shard1.inputs.place", (0, 0), 200, "place holds symbols"),
    ],
)
def test_a_checkpoint_that_points_to_what_does_not_exist_is_refused(tmp_path, name, place, number, said):
    config = small("network.cell=table", "network.keys=place")
    _, directory = session.begin(config, tmp_path / "run")
    checkpoint = load_checkpoint(directory.checkpoint)
    changed = checkpoint.arrays[name].copy()
    changed[place] = number
    save_checkpoint(replace(checkpoint, arrays={**checkpoint.arrays, name: changed}), directory.checkpoint)
    with pytest.raises(TrainingError, match=f"this checkpoint .*{said}"):
        session.resume(tmp_path / "run")


def test_a_checkpoint_of_arrays_of_another_shape_is_refused(tmp_path):
    _, directory = session.begin(small(), tmp_path / "run")
    checkpoint = load_checkpoint(directory.checkpoint)
    cut = {"shard0.memory.cells.1": checkpoint.arrays["shard0.memory.cells.1"][:, :3]}
    save_checkpoint(replace(checkpoint, arrays={**checkpoint.arrays, **cut}), directory.checkpoint)
    with pytest.raises(TrainingError, match=r"memory\.cells\.1 is float32 \(8, 3\) instead"):
        session.resume(tmp_path / "run")


def test_a_training_goes_on_from_an_agent(tmp_path):
    run(small(), tmp_path / "first")
    agent = read_agent(tmp_path / "first" / "agent.safetensors")
    training, _ = session.begin(small("run.seed=5"), tmp_path / "second", agent)
    weights = course.agent_of(training, {}).weights
    assert all((weights[k] == v).all() for k, v in agent.weights.items())


@pytest.mark.parametrize(
    "other", ["network.width=32", "network.layers=1", "network.keys=action", "network.cell=mingru+table"]
)
def test_an_agent_of_another_network_is_nothing_to_go_on_from(tmp_path, other):
    table = ("network.cell=table", "network.keys=place")
    first, _ = session.begin(small(*table), tmp_path / "first")
    name = other.partition("=")[0]
    with pytest.raises(AgentFileError, match=rf"{name} = .* do not fit\. Give --set {name}="):
        session.begin(small(*table, other), tmp_path / "second", course.agent_of(first, {}))


def test_enormous_rewards_stop_the_training_by_name(tmp_path, monkeypatch):
    training, directory = session.begin(small(), tmp_path / "run")
    for parameter in training.learner.policy.parameters():
        parameter.data[:] = np.inf
    with pytest.raises(TrainingError, match="not finite"):
        session.train(training, directory, Watcher())


@pytest.mark.slow
def test_a_minute_of_training_learns_to_find_near_goals():
    config = load_config(
        "maze",
        overrides=[
            "levels.height=5..5",
            "levels.width=5..5",
            "levels.goal_distance=1",
            "game.goal_visible=true",
            "run.steps=120000",
            "run.lanes=64",
            "run.rollout_steps=32",
            "ppo.minibatches=8",
            "network.width=32",
            "network.layers=1",
        ],
    )
    training = Training(config)
    list(training.run())
    result = course.validate(training, "validation", 200, controls=False)
    assert result.curves["agent"].score_low[-1] > 0.6, "random play scores 0, the solver 1"
