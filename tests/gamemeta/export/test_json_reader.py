"""The reader of plain text says in words what is wrong, and nothing has changed then."""

import importlib.util
import json
from functools import cache
from zlib import crc32

import numpy as np
import pytest

from gamemeta.assets import asset
from gamemeta.export.description import describe
from gamemeta.export.targets.json import agent_json
from tests.helpers.exports import agent_for

CASE = ("mingru", "mixed", "trial")
OBS = [[0, 2], [0.5, -1.0]]


@cache
def reader():
    spec = importlib.util.spec_from_file_location("read", asset("runtimes/json/read.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def document(*case):
    return json.loads(agent_json(describe(agent_for(*case))))


def played(case=CASE):
    mind = reader().Mind(reader().Agent(document(*case)), 7, 0, 1.0)
    mind.act(OBS, 0.0, False)
    return mind


@pytest.mark.parametrize(
    ("obs", "reward", "done", "words"),
    [
        (None, 0.0, False, "obs: give 2 parts"),
        ([[0, 2]], 0.0, False, "obs: give 2 parts"),
        ([[0, 3], [0, 0]], 0.0, False, "place: give whole numbers from 0 to 2"),
        ([[0, 0.5], [0, 0]], 0.0, False, "place: give whole numbers"),
        ([[0, -1], [0, 0]], 0.0, False, "place: give whole numbers"),
        ([[0], [0, 0]], 0.0, False, "place: give 2 numbers"),
        ([["a", "b"], [0, 0]], 0.0, False, "place: give 2 numbers"),
        ([[[0], [0, 1]], [0, 0]], 0.0, False, "place: give 2 numbers"),
        ([[0, 0], [np.nan, 0]], 0.0, False, "speed: give finite numbers"),
        (OBS, np.inf, False, "reward"),
        (OBS, "1", False, "reward"),
        (OBS, 0.0, 2, "done"),
        (OBS, 0.0, None, "done"),
    ],
)
def test_wrong_input_changes_nothing(obs, reward, done, words):
    mind = played()
    before = reader().memory_of([mind])
    with pytest.raises(reader().GamemetaError, match=words):
        mind.act(obs, reward, done)
    assert reader().memory_of([mind]) == before


def test_what_is_shown_stays_as_it_is():
    agent = reader().Agent(document("mingru", "quantities", "trial"))
    obs = [[0.1, 0.2, 0.3], [0, 1], [1.0, 2.0]]
    reader().Mind(agent, 0, 0, 1.0).act(obs, 0.0, False)
    assert obs == [[0.1, 0.2, 0.3], [0, 1], [1.0, 2.0]]


def test_a_mask_without_a_choice_is_refused():
    agent = reader().Agent(document("place", "mask", "trial"))
    with pytest.raises(reader().GamemetaError, match="legal choice"):
        reader().Mind(agent, 0, 0, 1.0).act([[1, 0, 0, 0, 0, 0, 0], [0, 0]], 0.0, False)


@pytest.mark.parametrize(
    "change",
    [
        lambda agent: agent["arrays"].pop("actor"),
        lambda agent: agent["integers"].update(cells=2**40),
        lambda agent: agent["integers"].update(heads=-1),
        lambda agent: agent["integers"].update(state=None, width=3),
        lambda agent: agent["arrays"].update(actor=[[1.0]]),
        lambda agent: agent["arrays"].update({"numbers.spread": [float("nan")]}),
        lambda agent: agent["arrays"].update({"numbers.half": [0.0, 0.0]}),
        lambda agent: agent.update(skill=2),
        lambda agent: agent.update(arrays=3),
    ],
)
def test_a_damaged_agent_is_refused(change):
    agent = document(*CASE)
    change(agent)
    with pytest.raises(reader().GamemetaError, match=r"agent\.json is damaged"):
        reader().Agent(agent)


@pytest.mark.parametrize(
    ("at", "number", "words"),
    [
        (0, b"X", "not the memory"),
        (8, b"\2", "not the memory"),
        (12, bytes(4), "cut off"),
        (32, b"another!", "another agent"),
        (78, b"\1", "no mind can have"),
        (80, np.float32(np.nan).tobytes(), "no mind can have"),
        (80, np.float32(1e20).tobytes(), "no mind can have"),
        (-6, b"\7", "no mind can have"),
    ],
)
def test_a_damaged_memory_is_refused(at, number, words):
    mind = played()
    memory = bytearray(reader().memory_of([mind]))
    at %= len(memory)
    memory[at : at + len(number)] = number
    memory[-4:] = crc32(memory[:-4]).to_bytes(4, "little")
    with pytest.raises(reader().GamemetaError, match=words):
        reader().resumed(mind.agent, bytes(memory))


@pytest.mark.parametrize("change", [lambda m: m[:-1], lambda m: m[:-4] + b"abcd", lambda m: m + b"x"])
def test_a_memory_that_is_cut_off_is_refused(change):
    mind = played()
    with pytest.raises(reader().GamemetaError, match="cut off"):
        reader().resumed(mind.agent, change(reader().memory_of([mind])))
    for wrong in (None, "text", b"", bytes(90)):
        with pytest.raises(reader().GamemetaError, match="not the memory"):
            reader().resumed(mind.agent, wrong)


def test_a_table_that_no_mind_can_have_is_refused():
    agent = reader().Agent(document("place", "mask", "trial"))
    mind = reader().Mind(agent, 0, 0, 1.0)
    mind.act([[1] * 7, [0, 0]], 0.0, False)
    assert reader().resumed(agent, reader().memory_of([mind]))[0].begun
    for place, number in ((agent.i["cells.0.values"], -1.0), (-1, 9.0), (-1, 0.5)):
        other = reader().Mind(agent, 0, 0, 1.0)
        other.state[place] = number
        with pytest.raises(reader().GamemetaError, match="no mind can have"):
            reader().resumed(agent, reader().memory_of([other]))
