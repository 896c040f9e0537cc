"""Trainings that learn from others: plays are cloned first, an agent is followed, and both are resumed."""

import json

import numpy as np
import pytest

from gamemeta.agent.file import read_agent
from gamemeta.demonstrations.players import solver_of
from gamemeta.demonstrations.recording import record
from gamemeta.errors import AgentFileError, ConfigError, TrainingError
from gamemeta.training import course, session
from gamemeta.training.config import load_config
from gamemeta.training.course import agent_of
from gamemeta.training.imitation import TEACHER_UNTIL, Others, begin_with, end_cloning, following
from gamemeta.training.loop import Training
from gamemeta.training.observer import Observer

SMALL = [
    "levels.length=3..7",
    "network.width=16",
    "run.lanes=16",
    "run.shards=2",
    "run.rollout_steps=16",
    "run.steps=1024",
    "run.validations=0",
    "run.checkpoint_s=0",
    "cloning.passes=3",
    "cloning.learning_rate=0.01",
    "cloning.held_out=0.3",
    "ppo.minibatches=4",
]


class Killed(Exception):
    """The end of a process that saves nothing."""


class Watcher(Observer):
    """Notes how cloning went; may end the process at a minibatch or an iteration."""

    def __init__(self, kill_at=None, stop_at=None):
        self.result, self.kill_at, self.stop_at, self.seen = None, kill_at, stop_at, 0

    def working(self, what, done, total):
        if what.startswith("cloning"):
            self.seen += 1
            if self.seen == self.kill_at:
                raise Killed

    def cloned(self, result):
        self.result = result

    def iterated(self, done, steps_per_s):
        if done.step == self.stop_at:
            raise Killed


def config(*more):
    return load_config("corridor", None, [*SMALL, *more])


def plays(trials=48):
    setup = config().setup
    game = setup.game()
    return record(setup, game, solver_of(game), trials=trials, episodes=2)


def train(out, others, watcher=None, *more):
    watcher = watcher or Watcher()
    outcome = session.train(*session.begin(config(*more), out, others=others), watcher)
    return outcome, watcher


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A training that nothing disturbed: how it ended, what watched it, and its directory."""
    folder = tmp_path_factory.mktemp("whole") / "run"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(course, "TEST_LEVELS", 4)
        return (*train(folder, Others(demonstrations=plays())), folder)


@pytest.fixture(scope="module")
def expert():
    """An agent that was cloned from the solver."""
    with Training(config("cloning.passes=16")) as training:
        begin_with(training, Others(demonstrations=plays(96), clone_only=True))
        assert all(True for _ in training.cloning.run())
        assert end_cloning(training).equal_actions > 0.9
        return agent_of(training, {})


def test_plays_are_cloned_then_the_training_goes_on(whole):
    outcome, watcher, folder = whole
    assert outcome.ended == "done" and outcome.step == 1024 and not outcome.clone_only
    stated = read_agent(folder / "agent.safetensors").training["demonstrations"]
    assert stated["trials"] == 48 and stated["players"] == ["solver plan"]
    assert stated["cloned"] == watcher.result.to_json()
    log = [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]
    losses = [line["held_out_loss"] for line in log if "pass" in line]
    assert len(losses) == 3 and losses[-1] < losses[0]
    assert [line["step"] for line in log if "entropy" in line] == [256, 512, 768, 1024]


def test_cloning_alone_ends_with_an_agent_that_plays_as_the_solver(tmp_path):
    others = Others(demonstrations=plays(96), clone_only=True)
    outcome, watcher = train(tmp_path / "run", others, None, "cloning.passes=16")
    assert (outcome.ended, outcome.step, outcome.clone_only) == ("done", 0, True)
    assert outcome.test.curves["agent"].returns[0] > 0.85
    assert watcher.result.equal_actions > 0.9


@pytest.mark.parametrize("kill", [{"kill_at": 2}, {"kill_at": 5}, {"stop_at": 512}])
def test_a_killed_training_goes_on_bit_for_bit(whole, tmp_path, monkeypatch, kill):
    monkeypatch.setattr(course, "TEST_LEVELS", 4)
    others = Others(demonstrations=plays())
    with pytest.raises(Killed):
        train(tmp_path / "cut", others, Watcher(**kill))
    training, directory = session.resume(tmp_path / "cut")
    assert (training.cloning is not None) == ("kill_at" in kill)
    session.train(training, directory, Watcher())
    folders = whole[2], tmp_path / "cut"
    agents = [(folder / "agent.safetensors").read_bytes() for folder in folders]
    assert agents[0] == agents[1]
    logs = [
        [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()] for folder in folders
    ]
    for lines in logs:
        for line in lines:
            line.pop("steps_per_s", None)
    assert logs[0] == logs[1]


def test_a_run_whose_plays_are_gone_says_so(tmp_path):
    with pytest.raises(Killed):
        train(tmp_path / "run", Others(demonstrations=plays()), Watcher(kill_at=2))
    kept = tmp_path / "run" / "demonstrations.safetensors"
    held = kept.read_bytes()
    kept.unlink()
    with pytest.raises(TrainingError, match="needs it to go on"):
        session.resume(tmp_path / "run")
    kept.write_bytes(plays(20).to_bytes())
    with pytest.raises(TrainingError, match="not what the run began with"):
        session.resume(tmp_path / "run")
    kept.write_bytes(held)
    session.resume(tmp_path / "run")[1].unlock()


def test_an_agent_is_followed_and_its_weight_falls_to_nothing(expert):
    wanted = following(config("ppo.policy_weight=0", "run.seed=5", "run.steps=4096"), "x", [])
    assert wanted.learner.guide_until == TEACHER_UNTIL
    with Training(wanted) as training:
        begin_with(training, Others(teacher=expert))
        losses = [done.terms.get("teacher_loss") for done in training.run()]
        assert losses[7] < 0.4 * losses[0] and losses[9:] == [None] * 7
        assert agent_of(training, {}).training["teacher"] == expert.digest


def test_a_training_with_a_teacher_goes_on_bit_for_bit(expert):
    made = following(config(), "x", [])
    states = []
    for stop in (False, True):
        with Training(made) as training:
            begin_with(training, Others(teacher=expert))
            steps = iter(training.run())
            next(steps)
            if stop:
                saved = training.arrays()
                with Training(made) as again:
                    begin_with(again, Others(teacher=expert))
                    again.load(1, saved)
                    next(iter(again.run()))
                    states.append(again.arrays())
            else:
                next(steps)
                states.append(training.arrays())
    assert any(name.startswith("teacher.1.") for name in states[0])
    for name, array in states[0].items():
        np.testing.assert_array_equal(states[1][name], array, err_msg=name)


def test_advice_is_what_the_teacher_would_do_with_its_own_memory(expert):
    with Training(following(config(), "x", [])) as training:
        begin_with(training, Others(teacher=expert))
        (shard, *_), agent = training.shards, training.teacher._agent
        state, wanted = agent.init(shard.lanes.count), []
        for _ in range(2):
            shard.collect(training.learner.explorer)
            training.teacher.advise(0, shard)
            for t in range(shard.steps):
                inputs = {name: array[t] for name, array in shard.inputs.items()}
                state, decision = agent.step(state, inputs, shard.reset[t])
                wanted.append(decision.logits[0].copy())
            np.testing.assert_allclose(shard.advice, np.stack(wanted[-shard.steps :]), atol=1e-4)


def test_what_cannot_be_learned_so_is_refused_by_name(expert):
    with Training(config()) as training:
        with pytest.raises(ConfigError, match="no solver that says what is best"):
            begin_with(training, Others(solver=True))
        with pytest.raises(ConfigError, match="'maze', not 'corridor'"):
            begin_with(training, Others(teacher=read_agent("maze")))
    belief = load_config("corridor", None, ["run.learner=belief", "levels.length=3..7"])
    with Training(belief) as training, pytest.raises(ConfigError, match="'belief' clones no demonstrations"):
        begin_with(training, Others(demonstrations=plays(8)))
    with Training(config("game.revealed=true")) as training, pytest.raises(AgentFileError, match="another"):
        begin_with(training, Others(teacher=expert))


def test_the_weight_of_a_teacher_is_that_of_the_user_where_one_is_set():
    overrides = ["ppo.guide_weight=0.25"]
    made = following(config(*overrides), "solver", overrides)
    assert (made.learner.guide_weight, made.learner.guide_until) == (0.25, TEACHER_UNTIL)
    assert following(config(), None, []) == config()
