"""No bit of an agent, a memory or a checkpoint turns unnoticed."""

import json

import numpy as np
import pytest
from safetensors.numpy import save

from gamemeta.agent.file import FORMAT as AGENT
from gamemeta.agent.file import parse_agent
from gamemeta.agent.memory_file import HEADER, MEMORY_FORMAT
from gamemeta.agent.runtime import Agent
from gamemeta.errors import AgentFileError, MemoryMismatch
from gamemeta.tensor_file import KEY, parse_tensor_file, tensor_file
from tests.helpers.agents import tiny_agent
from tests.helpers.tensor_files import changed, flipped, older_memory

BITS = 1000


def header_of(data):
    return 8 + int.from_bytes(data[:8], "little")


def unnoticed(copies, read, error):
    count = 0
    for copy in copies:
        try:
            read(copy)
        except error:
            continue
        count += 1
    return count


@pytest.mark.parametrize("most", [header_of, len])
def test_every_turned_bit_of_an_agent_file_is_found(most):
    data = tiny_agent().to_bytes()
    copies = flipped(data, BITS, most(data))
    assert unnoticed(copies, lambda copy: parse_agent(copy, "agent"), AgentFileError) == 0


@pytest.mark.parametrize("most", [HEADER.size, None])
def test_every_turned_bit_of_a_memory_is_found(most):
    agent = Agent(tiny_agent(), backend="numpy")
    data = agent.begin(2).memory
    assert unnoticed(flipped(data, BITS, most), agent.resume, MemoryMismatch) == 0


def test_every_bit_of_a_header_counts():
    data = tensor_file("test", {"name": "a"}, {"x": np.zeros(3)})
    copies = flipped(data, 10**6, header_of(data))

    def parse(copy):
        parse_tensor_file(copy, "x", "test", advice="")

    assert unnoticed(copies, parse, AgentFileError) == 0


def test_equal_contents_give_equal_bytes_and_come_back():
    arrays = {"b": np.arange(6, dtype=np.int64).reshape(2, 3), "a": np.array([np.nan, 1], np.float32)}
    data = tensor_file("test", {"z": [1], "a": {"x": 'µ"\\'}}, arrays)
    assert data == tensor_file("test", {"a": {"x": 'µ"\\'}, "z": [1]}, dict(reversed(arrays.items())))
    metadata, again = parse_tensor_file(data, "x", "test", advice="")
    assert (metadata["z"], metadata["a"]) == ([1], {"x": 'µ"\\'})
    assert all(np.array_equal(again[k], v, equal_nan=v.dtype.kind == "f") for k, v in arrays.items())


def old(data, **about):
    """A file as it was written before there were checksums."""
    metadata, arrays = parse_tensor_file(data, "x", about.pop("file_format"), advice="")
    del metadata["checksum"]
    return save(arrays, metadata={KEY: json.dumps({**metadata, "version": 1, **about})})


def test_files_from_before_there_were_checksums_are_read():
    agent = Agent(tiny_agent(), backend="numpy")
    assert parse_agent(old(agent.file.to_bytes(), file_format=AGENT), "x").digest == agent.digest
    mind = agent.begin(seed=3)
    assert agent.resume(older_memory(mind)).memory == mind.memory
    assert agent.resume(old(older_memory(mind), file_format=MEMORY_FORMAT)).memory == mind.memory


def test_a_new_file_does_not_pass_for_an_old_one():
    data = old(tiny_agent().to_bytes(), file_format=AGENT, version=2)
    with pytest.raises(AgentFileError, match="lost its checksum"):
        parse_agent(data, "x")
    with pytest.raises(AgentFileError, match="checksum"):  # its version alone was set back
        parse_agent(tiny_agent().to_bytes().replace(b'version\\":2', b'version\\":1'), "x")


@pytest.mark.parametrize("version", [0, 3, 99, -1, True, 2.0, "2", None, [2], 10**40])
def test_other_versions_are_refused(version):
    data = old(tiny_agent().to_bytes(), file_format=AGENT, version=version)
    with pytest.raises(AgentFileError, match="written in version"):
        parse_agent(data, "x")


def test_numbers_that_fit_no_float_are_refused():
    scores = {"test": {"agent": {"score": [10**400]}}}
    with pytest.raises(AgentFileError, match="no file of gamemeta"):
        parse_agent(changed(tiny_agent().to_bytes(), AGENT, scores=scores), "x")


def test_a_checksum_is_that_of_the_contents():
    data = changed(tiny_agent().to_bytes(), AGENT, episodes=5)
    assert parse_agent(data, "x").episodes == 5
