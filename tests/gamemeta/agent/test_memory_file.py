"""The layout of a memory, which exported agents write and read in other languages."""

import struct
from zlib import crc32

import numpy as np
import pytest

from gamemeta.agent.runtime import Agent
from gamemeta.errors import MemoryMismatch
from gamemeta.spec import ActionSpec, Spec, symbols
from tests.helpers.agents import tiny_agent
from tests.helpers.tensor_files import changed_memory, checked_memory

SPEC = Spec(obs=(symbols("place", (2,), 3),), action=ActionSpec(heads=(4, 3), low=(-1.0,), high=(3.0,)))
AGENT = Agent(tiny_agent(spec=SPEC), backend="numpy")
OBS = {"place": np.array([[0, 1], [2, 2]], np.uint8)}


def played(agent=AGENT, steps=3):
    mind = agent.begin(2, seed=2**64 - 7)
    for _ in range(steps):
        mind.act(OBS, [0.5, -1.0], [False, True])
    return mind


@pytest.mark.parametrize("skill", [1.0, 0.25])
def test_every_part_stands_where_the_layout_says(skill):
    mind = played(AGENT.with_skill(skill))
    data, width = mind.memory, 8 if skill < 1 else 0
    fields = (b"GMMEMORY", 3, 2, 2**64 - 7, skill, AGENT.digest.encode(), 32, 1, width, 2, 0, 0)
    assert struct.unpack_from("<8sIIQd16s6I", data) == fields
    at = 72
    assert struct.unpack_from("<2Q", data, at) == (3, 3)
    floats = np.frombuffer(data, "<f4", 2 * (32 + 1 + width), at + 16)
    np.testing.assert_array_equal(floats[:64], mind.state.ravel())
    np.testing.assert_array_equal(floats[64:66], mind.arrays()["previous_numbers"].ravel())
    at += 16 + floats.nbytes
    assert struct.unpack_from("<2i", data, at) == (-1, -1)
    assert list(data[at + 8 : at + 14]) == [*mind.arrays()["previous_action"].ravel(), 1, 1]
    assert data[at + 14 :] == crc32(data[:-4]).to_bytes(4, "little")
    assert AGENT.resume(data).memory == data


def test_lengths_that_do_not_fit_are_refused():
    data = played().memory
    for wrong in (data + b"\0", checked_memory(data), checked_memory(data[:-12]), changed_memory(data, n=1)):
        with pytest.raises(MemoryMismatch, match="cut off or damaged"):
            AGENT.resume(wrong)
    with pytest.raises(MemoryMismatch, match="version 4"):
        AGENT.resume(changed_memory(data, version=4))


def test_minds_begin_with_what_another_has_learned_and_forget_only_what_came_later():
    learned = AGENT.begin(seed=5)
    one = {"place": OBS["place"][:1]}
    learned.act(one)
    learned.act(one, 1.0)
    baked = AGENT.beginning_with(learned.memory, reward=2.0)
    mind, again = baked.begin(seed=9), AGENT.resume(learned.memory)
    mind.act(one)
    again.act(one, 2.0, True)
    np.testing.assert_array_equal(mind.state, again.state)
    first = mind.state.copy()
    mind.act(one, -3.0, True)
    mind.forget()
    np.testing.assert_array_equal(mind.state, learned.state)
    mind.act(one, 7.0, True)
    np.testing.assert_array_equal(mind.state, first)


def test_the_compiled_backend_begins_there_too():
    memory = AGENT.begin().memory
    file = tiny_agent()
    shown = {b.name: np.zeros(b.shape, b.dtype) for b in file.spec.obs}
    states = []
    for backend in ("numpy", "numba"):
        learned = Agent(file, backend=backend).begin()
        learned.act(shown)
        mind = Agent(file, backend=backend).beginning_with(learned.memory).begin()
        mind.act(shown)
        states.append(mind.state)
    np.testing.assert_allclose(*states, atol=1e-5)
    with pytest.raises(MemoryMismatch, match="belongs to agent"):
        Agent(file).beginning_with(memory)


def test_the_memory_of_several_minds_is_no_beginning():
    with pytest.raises(MemoryMismatch, match="of 2 minds"):
        AGENT.beginning_with(played().memory)
