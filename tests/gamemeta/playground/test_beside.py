"""Two agents or two levels side by side, what an agent believes, and animations and matches to keep."""

import base64
import json

import pytest

from gamemeta.demonstrations.file import parse_demonstrations
from gamemeta.playground.offers import Offers
from gamemeta.playground.tab import Tab


@pytest.fixture(scope="module")
def offers():
    return Offers()


def ask(tab, **message):
    answers = tab.answer(message)
    return answers[-1]


def watching(offers, name, **more):
    tab = Tab(offers)
    ask(tab, do="agent", name=name)
    level = ask(tab, do="level", word="test:0")["level"]
    return tab, ask(tab, do="watch", level=level, **more)


def test_a_rival_keeps_its_memory_and_plays_step_for_step_beside_the_agent(offers):
    tab, answer = watching(offers, "maze", rival="maze")
    assert answer["type"] == "watching"
    steps = [one for _ in range(8) for one in tab.answer({"do": "more", "count": 64})]
    lanes = [[{k: v for k, v in lane.items() if k != "beliefs"} for lane in one["lanes"]] for one in steps]
    assert steps[-1]["type"] == "step" and all(a == b for a, b in lanes)


def test_an_agent_of_another_game_is_no_rival(offers):
    _, answer = watching(offers, "maze", rival="tag")
    assert answer["type"] == "error" and "two agents of one game" in answer["words"]


def test_an_agent_plays_two_levels_side_by_side_and_keeps_its_memory_of_each(offers):
    tab = Tab(offers)
    ask(tab, do="agent", name="maze")
    first = ask(tab, do="level", word="test:0")["level"]
    other = ask(tab, do="level", word="test:1", side="other")
    assert other["side"] == "other" and "side" not in ask(tab, do="level", word="test:1", side="<b>")
    assert ask(tab, do="watch", level=first, other=other["level"])["type"] == "watching"
    messages = [one for _ in range(12) for one in tab.answer({"do": "more", "count": 64})]
    tries = [one for one in messages if one["type"] == "try"]
    assert [lane["rows"] for lane in tries[0]["lanes"]] == [first["tiles"], other["level"]["tiles"]]
    pars = [tries[1]["par_steps"], tries[1]["other_par_steps"]]
    second = messages[messages.index(tries[1]) : messages.index(tries[2])]
    ends = [[one["lanes"][k]["end"] for one in second if "end" in (one["lanes"][k] or ())] for k in (0, 1)]
    assert [one["steps"] for (one,) in ends] == pars


def test_of_two_levels_an_edit_changes_the_first_alone(offers):
    tab, _ = watching(offers, "maze")
    first, second = (ask(tab, do="level", word=f"test:{k}")["level"] for k in (0, 1))
    ask(tab, do="watch", level=first, other=second)
    assert ask(tab, do="change", level=second)["type"] == "changed"
    assert [lane["rows"] for lane in ask(tab, do="more", count=1)["lanes"]] == [second["tiles"]] * 2


def test_another_agent_and_another_level_at_once_are_refused(offers):
    tab, _ = watching(offers, "maze")
    level = ask(tab, do="level", word="test:1")["level"]
    assert "not both" in ask(tab, do="watch", level=level, other=level, rival="maze")["words"]
    arena = {**level, "family": "arena"}
    assert "belongs to the family" in ask(tab, do="watch", level=level, other=arena)["words"]


def test_beliefs_are_sent_in_percent_for_the_agent_alone_and_steps_stay_small(offers):
    tab, _ = watching(offers, "maze")
    first, *steps = tab.answer({"do": "more", "count": 30})
    (goal,) = first["lanes"][0]["beliefs"]
    assert goal["name"] == "goal" and "beliefs" not in first["lanes"][1]
    chances = [percent for _, percent in goal["tiles"]]
    assert chances == sorted(chances, reverse=True) and sum(chances) + goal["elsewhere"] <= 112
    assert max(len(json.dumps(one)) for one in steps) < 2048


def test_what_was_played_is_kept_as_an_animation(offers):
    tab, _ = watching(offers, "maze")
    assert "nothing" in ask(tab, do="gif")["words"]
    ask(tab, do="more", count=6)
    file = ask(tab, do="gif")
    assert file["name"] == "gamemeta.gif" and base64.b64decode(file["data"]).startswith(b"GIF89a")


def test_matches_of_a_person_are_kept_as_demonstrations(offers):
    tab = Tab(offers)
    ask(tab, do="agent", name="tag")
    level = ask(tab, do="level", word="test:2")["level"]
    begun = ask(tab, do="match", level=level, against="bot")
    assert "whole match" in ask(tab, do="recording")["words"]
    action = [names[0] for names in begun["actions"]]
    frame = begun["frame"]
    while "end" not in frame:
        frame = ask(tab, do="act", names=action)["frame"]
    data = base64.b64decode(ask(tab, do="recording")["data"])
    kept = parse_demonstrations(data, "these")
    assert len(kept.trials) == 1 and kept.steps == frame["end"]["steps"]
