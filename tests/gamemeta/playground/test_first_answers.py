"""What pages are answered before Python has loaded the agents: the same as afterwards, and nothing more."""

import subprocess
import sys

import pytest

from gamemeta.playground.first_answers import LEVEL, FirstAnswers, FirstMessages
from gamemeta.playground.hello import hello
from gamemeta.playground.offers import Offers
from gamemeta.playground.tab import Tab

CHOOSE, FIND = {"do": "agent", "name": "maze"}, {"do": "level", "word": LEVEL}


@pytest.fixture(scope="module")
def offers():
    return Offers()


@pytest.fixture
def answers():
    read = FirstAnswers.read()
    assert read is not None, "run scripts/make_first_answers.py"
    return read


def test_what_is_answered_first_is_what_the_agents_say_later(offers, answers):
    """Where it is not, run scripts/make_first_answers.py."""
    assert answers.hello == hello(offers)
    for name in offers.names:
        tab = Tab(offers)
        assert [answers.about(name)] == tab.answer({"do": "agent", "name": name})
        assert [answers.level(name)] == tab.answer(FIND)


def test_the_choice_of_an_agent_and_its_first_level_are_answered_and_nothing_behind(answers):
    first = FirstMessages(answers)
    assert first.answer(CHOOSE) is not None and first.was_answered(CHOOSE)
    assert not answers.shown.is_set()
    assert first.answer(FIND) is not None and answers.shown.is_set()
    later = dict(FIND)
    assert first.answer({"do": "watch"}) is None and first.answer(later) is None
    assert not first.was_answered(later)


@pytest.mark.parametrize(
    "messages",
    [
        [FIND],
        [{"do": "watch"}, CHOOSE],
        [{"do": "agent", "name": ["maze"]}],
        [{"do": "agent", "name": "../maze"}, FIND],
        [CHOOSE, {**FIND, "side": "other"}, FIND],
        [CHOOSE, {"do": "level", "word": "test:1"}],
    ],
)
def test_other_messages_wait_for_the_agent(answers, messages):
    first = FirstMessages(answers)
    for message in messages:
        answer = first.answer(message)
    assert answer is None
    assert [FirstMessages(None).answer(one) for one in messages] == [None] * len(messages)


def test_answers_about_other_agents_than_those_here_are_not_used(monkeypatch):
    monkeypatch.setattr("gamemeta.playground.first_answers.shipped_agents", lambda: ["maze"])
    assert FirstAnswers.read() is None


def test_until_a_page_asks_no_agent_and_no_compiler_is_loaded():
    code = (
        "import sys; from gamemeta_cli.app import application; application('playground'); "
        "import gamemeta.playground.serve; print({'numba', 'numpy', 'torch'} & set(sys.modules))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "set()"
