"""A training with a page beside it: the same agent, whatever tabs do; stopped and going on; figures."""

import json
import threading

import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner

from gamemeta.agent.file import read_agent
from gamemeta.errors import ConfigError
from gamemeta.interrupts import Interrupts
from gamemeta.playground.app import make_app
from gamemeta.playground.offers import Offers
from gamemeta.playground.training import figures
from gamemeta.playground.training.figures import Figures
from gamemeta.playground.training.follower import Follower
from gamemeta.playground.training.watched import NAME, WatchedTraining
from gamemeta.training import session
from gamemeta.training.config import load_config
from gamemeta.training.observer import Observer
from gamemeta_cli import watched_training as beside
from gamemeta_cli.app import app

SMALL = [
    "run.lanes=16",
    "run.rollout_steps=32",
    "run.steps=2048",
    "run.validations=2",
    "run.validation_levels=8",
    "ppo.minibatches=1",
    "network.width=16",
]
HOST = "http://127.0.0.1:8000"
LIVE = "ws://127.0.0.1:8000/live"


@pytest.fixture(autouse=True)
def few_test_levels(monkeypatch):
    monkeypatch.setattr("gamemeta.training.course.TEST_LEVELS", 16)


def begun(path):
    return session.begin(load_config("maze", overrides=SMALL), path)


class Meddler(Observer):
    """A screen during whose iterations a tab does all that tabs can do, short of a stop."""

    def __init__(self, tab):
        self.tab, self.types, self.steps = tab, [], []

    def iterated(self, done, steps_per_s):
        for message in ({"do": "lesson", "seed": 3}, {"do": "lesson_more", "count": 8}, {"do": "training"}):
            self.tab.send_json(message)
            wanted = {"lesson": 1, "lesson_more": 8, "training": 1}[message["do"]]
            answers = [self.tab.receive_json() for _ in range(wanted)]
            self.types += [answer["type"] for answer in answers]
            self.steps += [answer["agent_step"] for answer in answers if answer["type"] == "lesson"]


def test_the_agent_is_the_same_bit_for_bit_with_a_page_and_without(tmp_path):
    session.train(*begun(tmp_path / "plain"), Observer())
    training, directory = begun(tmp_path / "watched")
    watched = WatchedTraining(training, directory)
    offers = Offers(training=watched)
    with (
        TestClient(make_app(lambda: offers), base_url=HOST) as client,
        client.websocket_connect(LIVE, headers={"origin": HOST}) as tab,
    ):
        assert tab.receive_json()["training"] is True
        meddler = Meddler(tab)
        session.train(training, directory, Follower(meddler, watched))
    assert {"lesson", "lesson_try", "lesson_step", "training"} == set(meddler.types)
    assert meddler.steps == [0, 512, 1024, 1536]
    plain, other = (tmp_path / name / "agent.safetensors" for name in ("plain", "watched"))
    assert plain.read_bytes() == other.read_bytes()


def test_a_tab_sees_newer_agents_and_all_figures(tmp_path):
    training, directory = begun(tmp_path / "run")
    watched = WatchedTraining(training, directory)
    first, step = watched.agent()
    assert step == 0 and watched.agent()[0] is first
    session.train(training, directory, Follower(Observer(), watched))
    newer, step = watched.agent()
    assert step == 2048 and newer.digest != first.digest
    news = watched.news(0, 0, 0)
    assert [row[0] for row in news["rows"]] == [512, 1024, 1536, 2048]
    assert news["names"][0] == "steps_per_s" and "entropy" in news["names"]
    assert [step for step, scores in news["validations"]] == [1024, 2048]
    assert watched.news(news["generation"], 3, 2)["rows"] == news["rows"][3:]
    again = Figures()
    again.read_log(directory.log, until=1024)
    kept = again.since(-1, 0, 0)
    assert [row[0] for row in kept["rows"]] == [512, 1024]
    ((step, scores),) = kept["validations"]  # in a log to five places
    assert step == 1024 and scores == pytest.approx(news["validations"][0][1], abs=1e-5)


def test_a_stop_of_a_tab_saves_and_another_lets_it_go_on_to_the_same_agent(tmp_path, capsys):
    session.train(*begun(tmp_path / "plain"), Observer())
    training, directory = begun(tmp_path / "run")
    watched = WatchedTraining(training, directory)
    run = beside.WatchedRun(watched)
    with pytest.raises(ConfigError, match="not stopped"):
        watched.ask_to_go_on()
    watched.ask_to_stop()
    outcome = session.train(training, directory, run.following(Observer()))
    assert (outcome.ended, outcome.step) == ("stopped", 0)
    threading.Timer(0.05, watched.ask_to_go_on).start()
    with Interrupts() as interrupts:
        assert run.goes_on(outcome, interrupts)
    training, directory = session.resume(directory.path)
    outcome = session.train(training, directory, run.following(Observer()))
    with Interrupts() as interrupts:
        assert not run.goes_on(outcome, interrupts)
    assert watched.news(0, 0, 0)["state"] == "done" and "step 2,048" in watched.news(0, 0, 0)["words"]
    assert read_agent(tmp_path / "plain").digest == read_agent(directory.path).digest


def test_ctrl_c_ends_a_training_that_a_tab_has_stopped(tmp_path):
    training, directory = begun(tmp_path / "run")
    watched = WatchedTraining(training, directory)
    run = beside.WatchedRun(watched)
    watched.ask_to_stop()
    outcome = session.train(training, directory, run.following(Observer()))
    with Interrupts() as interrupts:
        interrupts.ask()
        assert not run.goes_on(outcome, interrupts)
    assert watched.news(0, 0, 0)["state"] == "stopped"


def test_what_fails_beside_a_training_does_not_end_it(tmp_path, monkeypatch, caplog):
    training, directory = begun(tmp_path / "run")
    watched = WatchedTraining(training, directory)
    monkeypatch.setattr(watched, "iterated", lambda *_: 1 / 0)
    assert session.train(training, directory, Follower(Observer(), watched)).ended == "done"
    assert "ZeroDivisionError" in caplog.text


def test_long_trainings_keep_few_points_and_say_that_others_are_gone(monkeypatch):
    monkeypatch.setattr(figures, "MOST_POINTS", 8)
    many = Figures()
    for step in range(1, 101):
        many.add(step, {"loss": float("nan") if step == 96 else step})
    news = many.since(0, 100, 0)
    assert news["first"] == 0 and 4 <= len(news["rows"]) <= 8 and news["rows"][-1] == [96, None]
    assert json.dumps(news, allow_nan=False)


def test_without_a_training_there_is_none_to_stop():
    with (
        TestClient(make_app(Offers), base_url=HOST) as client,
        client.websocket_connect(LIVE, headers={"origin": HOST}) as tab,
    ):
        assert tab.receive_json()["training"] is False
        tab.send_json({"do": "stop"})
        assert "--watch" in tab.receive_json()["words"]
    assert NAME not in Offers().names


def test_the_command_prints_an_address_with_a_token_at_the_loopback(tmp_path):
    settings = [part for one in SMALL for part in ("--set", one)]
    arguments = ["train", "maze", "--out", str(tmp_path / "run"), "--watch", "--no-browser", *settings]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    assert "http://127.0.0.1:" in result.output and "token=" in result.output
