import os
import pickle

import numpy as np
import pytest

from gamemeta.agent.file import AgentFile, read_agent, write_agent
from gamemeta.agent.runtime import Agent
from gamemeta.errors import AgentFileError, SpecError
from gamemeta.files import write_atomically
from gamemeta.spec import ActionSpec, Spec, quantities, symbols
from tests.helpers.agents import tiny_agent


def test_an_agent_survives_the_round_trip(tmp_path):
    agent = tiny_agent()
    write_agent(agent, tmp_path / "a.safetensors")
    again = read_agent(tmp_path / "a.safetensors")
    assert again.metadata() == agent.metadata()
    assert again.digest == agent.digest
    assert all((again.weights[k] == v).all() for k, v in agent.weights.items())


def test_equal_agents_give_equal_bytes():
    assert tiny_agent().to_bytes() == tiny_agent().to_bytes()


def test_the_digest_depends_on_every_weight_and_not_on_scores():
    agent, other = tiny_agent(), tiny_agent()
    other.scores = {"test": 1}
    assert agent.digest == other.digest
    other.weights["actor.bias"][0] += 1e-6
    assert agent.digest != other.digest


@pytest.mark.parametrize("share", [0.0, 0.001, 0.02, 0.5, 0.99])
def test_a_truncated_file_is_refused(tmp_path, share):
    data = tiny_agent().to_bytes()
    path = tmp_path / "cut.safetensors"
    path.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(AgentFileError, match=r"cut\.safetensors"):
        read_agent(path)


def test_a_pickle_is_refused_and_never_opened(tmp_path):
    class Bomb:
        def __reduce__(self):
            return (pytest.fail, ("the pickle was opened",))

    path = tmp_path / "agent.safetensors"
    path.write_bytes(pickle.dumps(Bomb()))
    with pytest.raises(AgentFileError, match="pickle"):
        read_agent(path)


def test_a_later_version_is_refused_by_name_of_version(tmp_path):
    path = tmp_path / "a.safetensors"
    path.write_bytes(tiny_agent().to_bytes().replace(b'\\"version\\":2', b'\\"version\\":9'))
    with pytest.raises(AgentFileError, match="version 9"):
        read_agent(path)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(AgentFileError, match="no such file"):
        read_agent(tmp_path / "none.safetensors")


def test_weights_that_are_not_finite_are_refused(tmp_path):
    agent = tiny_agent()
    agent.weights["actor.bias"][0] = np.nan
    write_agent(agent, tmp_path / "a.safetensors")
    with pytest.raises(AgentFileError, match=r"actor\.bias"):
        read_agent(tmp_path / "a.safetensors")


def test_random_damage_never_escapes_as_another_error(tmp_path):
    data = bytearray(tiny_agent().to_bytes())
    rng = np.random.default_rng(0)
    path, refused = tmp_path / "a.safetensors", 0
    for _ in range(300):
        damaged = bytearray(data)
        for place in rng.integers(0, min(len(data), 4000), rng.integers(1, 5)):
            damaged[place] = rng.integers(0, 256)
        path.write_bytes(bytes(damaged))
        try:
            read_agent(path)
        except AgentFileError:
            refused += 1
    assert refused > 100


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "file"
    write_atomically(path, b"old")
    directory = tmp_path / "gone"
    with pytest.raises(OSError, match=r"No such file.*gone.file.$"):
        write_atomically(directory / "file", b"new")
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


def test_a_spec_survives_the_round_trip():
    spec = Spec(
        obs=(
            symbols("view", (3, 3), 4),
            quantities("speed", (2,)),
        ),
        action=ActionSpec(heads=(3, 2), names=(("a", "b", "c"), ("d", "e"))),
    )
    assert Spec.from_json(spec.to_json()) == spec


def test_an_agent_file_needs_all_its_fields(tmp_path):
    agent = tiny_agent()
    assert isinstance(agent, AgentFile)
    path = tmp_path / "a.safetensors"
    path.write_bytes(agent.to_bytes().replace(b'\\"episodes\\"', b'\\"episodez\\"'))
    with pytest.raises(AgentFileError, match="damaged"):
        read_agent(path)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("episodes", 0),
        ("episodes", 10**12),
        ("episodes", float("inf")),
        ("episodes", "4"),
        ("memory", "foo"),
    ],
)
def test_metadata_out_of_range_is_refused(tmp_path, field, value):
    agent = tiny_agent()
    setattr(agent, field, value)
    write_agent(agent, tmp_path / "a.safetensors")
    with pytest.raises(AgentFileError, match=field):
        read_agent(tmp_path / "a.safetensors")


@pytest.mark.parametrize(
    "change", [{"layers": -1}, {"width": "16"}, {"width": float("inf")}, {"cell": "lstm"}, {"cell": []}]
)
def test_a_malformed_network_shape_is_refused(change):
    agent = tiny_agent()
    agent.network |= change
    with pytest.raises(AgentFileError, match="malformed"):
        Agent(agent)


@pytest.mark.parametrize("backend", ["numpy", "numba"])
@pytest.mark.parametrize("n", [1, 3])
def test_an_agent_that_says_nan_raises_and_keeps_its_memory(backend, n):
    agent = tiny_agent()
    agent.weights["actor.weight"][:] = np.finfo(np.float32).max
    agent.weights["actor.weight"][:, ::2] *= -1
    mind = Agent(agent, backend=backend).begin(n)
    before = mind.memory
    obs = {b.name: np.zeros((n, *b.shape), b.dtype) for b in agent.spec.obs}
    with pytest.raises(SpecError, match="NaN or infinity"):
        for _ in range(3):
            mind.act(obs)
            before = mind.memory
    assert mind.memory == before


@pytest.mark.parametrize("weight", [2e9, -1e30, np.inf, np.nan])
def test_enormous_weights_are_refused(tmp_path, weight):
    agent = tiny_agent()
    agent.weights["actor.bias"][0] = weight
    write_agent(agent, tmp_path / "a.safetensors")
    with pytest.raises(AgentFileError, match=r"actor\.bias"):
        read_agent(tmp_path / "a.safetensors")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_pipes_and_devices_are_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "agent.safetensors")
    for path in (tmp_path / "agent.safetensors", "/dev/zero", tmp_path):
        with pytest.raises(AgentFileError, match="cannot be read: it is a"):
            read_agent(path)
    with pytest.raises(AgentFileError, match="cannot be the name"):
        read_agent("a\0b")
