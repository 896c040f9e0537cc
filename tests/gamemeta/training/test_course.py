"""Where a training is left: in the middle of an iteration, by its time, and by who follows it."""

import json
import signal
import time

import numpy as np
import pytest

from gamemeta.agent.file import read_agent
from gamemeta.evaluation.episodes import RandomActor
from gamemeta.evaluation.evaluation import evaluate
from gamemeta.evaluation.watch import Watch
from gamemeta.games.setup import GameSetup
from gamemeta.interrupts import BROKEN_PIPE, Interrupted
from gamemeta.training import course, session, timing
from gamemeta.training.config import load_config
from gamemeta.training.observer import Observer

SMALL = [
    "run.lanes=16",
    "run.rollout_steps=32",
    "run.steps=4096",
    "run.validations=0",
    "run.checkpoint_s=1000",
    "ppo.minibatches=1",
    "network.width=16",
]


def begun(tmp_path, *settings):
    return session.begin(load_config("maze", overrides=[*SMALL, *settings]), tmp_path / "run")


def interrupted(training, number, do):
    """The iterations of a training, with something done in the middle of one."""
    whole = training.run

    def run():
        for done in whole():
            yield done
            if done.step == 512 * number:
                do()

    training.run = run


def agent_of(directory):
    return read_agent(directory.agent)


def test_ctrl_c_leaves_a_long_iteration_in_the_middle_with_the_one_before_saved(tmp_path, monkeypatch):
    monkeypatch.setattr(course, "SLOW_S", -1.0)
    monkeypatch.setattr(course, "SAVING_RARELY", 0)
    training, directory = begun(tmp_path)
    interrupted(training, 3, lambda: (signal.raise_signal(signal.SIGTERM), pytest.fail("it went on")))
    outcome = session.train(training, directory, Observer())
    assert (outcome.ended, outcome.step, outcome.signal) == ("stopped", 1536, signal.SIGTERM)
    assert agent_of(directory).training["steps"] == 1536
    assert [json.loads(line)["step"] for line in directory.log.read_text().splitlines()] == [512, 1024, 1536]
    assert session.train(*session.resume(directory.path), Observer()).step == 4096


def test_ctrl_c_waits_for_a_short_iteration_and_a_second_one_does_not(tmp_path, monkeypatch):
    monkeypatch.setattr(course, "SLOW_S", 1000.0)
    training, directory = begun(tmp_path)
    interrupted(training, 3, lambda: signal.raise_signal(signal.SIGINT))
    assert session.train(training, directory, Observer()).step == 2048
    training, directory = session.resume(directory.path)

    def twice():
        for _ in range(2):
            signal.raise_signal(signal.SIGINT)
        pytest.fail("it went on")

    interrupted(training, 5, twice)
    outcome = session.train(training, directory, Observer())
    assert (outcome.ended, outcome.step) == ("stopped", 2048), "what was saved last"


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="this system has no alarms")
def test_an_iteration_that_does_not_end_in_its_minutes_is_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr(timing, "LEAST_S", 1.0)
    training, directory = begun(tmp_path)

    def run():
        time.sleep(60)
        yield

    training.run = run
    began = time.monotonic()
    outcome = session.train(training, directory, Observer(), minutes=0.001)
    assert time.monotonic() - began < 30
    assert (outcome.ended, outcome.step) == ("minutes", 0)
    assert agent_of(directory).training["steps"] == 0


def test_what_nobody_reads_any_more_stops_a_training_and_saves_it(tmp_path):
    class Closed(Observer):
        def iterated(self, done, steps_per_s):
            if done.step == 1024:
                raise Interrupted(BROKEN_PIPE)

    training, directory = begun(tmp_path)
    outcome = session.train(training, directory, Closed())
    assert (outcome.ended, outcome.step, outcome.signal) == ("stopped", 1024, BROKEN_PIPE)
    assert agent_of(directory).training["steps"] == 1024


def test_validations_that_are_cut_off_say_of_how_many_levels_they_are(tmp_path, monkeypatch):
    asked = course.evaluate

    def hurried(*args, watch, **settings):
        ticks = iter(np.arange(0, 1e6, 1.0))
        return asked(*args, watch=Watch(3000.0, clock=lambda: next(ticks)), **settings)

    monkeypatch.setattr(course, "evaluate", hurried)
    training, directory = begun(
        tmp_path, "run.validations=1", "run.validation_levels=64", "run.steps=512", "run.threads=1"
    )
    session.train(training, directory, Observer())
    records = [json.loads(line) for line in directory.log.read_text().splitlines()]
    (levels,) = [record["levels"] for record in records if "validation" in record]
    assert levels in (8, 16, 32)


def test_levels_that_were_played_are_the_first_ones_and_come_out_the_same():
    setup = GameSetup("maze")
    actor = RandomActor(setup.game().spec)
    whole = evaluate(actor, setup, levels=48, episodes=2, threads=1)
    ticks = iter(range(10**6))
    watch = Watch(2200.0, clock=lambda: next(ticks))
    some = evaluate(actor, setup, levels=48, episodes=2, threads=1, watch=watch)
    assert some.levels in (8, 16, 32)
    assert len(some.played) == some.levels
    for name, arm in some.arms.items():
        np.testing.assert_array_equal(arm.returns, whole.arms[name].returns[: some.levels])


def test_with_minutes_the_validation_levels_are_played_after_each_quarter_of_them(tmp_path, monkeypatch):
    class Quarters(Observer):
        def __init__(self):
            self.seen = []

        def validated(self, step, result):
            self.seen.append(step)

    training, directory = begun(tmp_path, "run.validations=1", "run.validation_levels=2")
    shares = iter([0.0, 0.1, 0.26, 0.3, 0.8, 0.9, 0.9, 0.9, 0.9])
    monkeypatch.setattr(timing.Timing, "share_of_minutes", property(lambda self: next(shares)))
    monkeypatch.setattr(timing.Timing, "share", 0.5)
    quarters = Quarters()
    session.train(training, directory, quarters)
    assert quarters.seen == [1024, 2048, 4096], (
        "after a quarter and three quarters, and where its steps say so"
    )
