"""The ONNX model does what Python does, and its checker finds planted faults."""

from functools import cache
from importlib import import_module
from zlib import crc32

import numpy as np
import pytest

from gamemeta.export.checker import LIMIT
from gamemeta.export.description import describe
from gamemeta.export.target import Export
from gamemeta.export.targets import onnx as target
from gamemeta.export.trace import golden_trace
from gamemeta.export.trace_file import trace_bin
from tests.helpers.exports import FEW, WITH_ATTENTION, agent_for, runtime_modules

onnx = pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")


@pytest.fixture(scope="module")
def check():
    """The checker that is copied into exports."""
    with runtime_modules("graph", "onnx"):
        yield import_module("check")


@cache
def export_of(name):
    agent = agent_for(*name)
    return Export("test", describe(agent), golden_trace(agent))


def replayed(check, path, name):
    (path.parent / "trace.bin").write_bytes(trace_bin(export_of(name).trace))
    return check.replayed(check.Agent(str(path)), path.parent / "trace.bin")


def written(tmp_path, name, change=lambda model: None):
    model = onnx.load_from_string(target.files(export_of(name))[target.MODEL])
    change(model)
    onnx.save(model, tmp_path / "agent.onnx")
    return tmp_path / "agent.onnx"


@pytest.mark.parametrize("name", [*FEW, *WITH_ATTENTION], ids=" ".join)
def test_the_model_does_what_python_does(check, tmp_path, name):
    path = written(tmp_path, name)
    check.check_file(str(path))
    replay = replayed(check, path, name)
    assert replay.error < LIMIT
    assert replay.equal == replay.actions > 1000
    assert replay.memory


def one_weight(model):
    (weight,) = [each for each in model.graph.initializer if each.name.startswith("actor_bias")] or [None]
    array = onnx.numpy_helper.to_array(weight).copy()
    array[0] += 1e-3
    weight.CopyFrom(onnx.numpy_helper.from_array(array, weight.name))


def no_clear(model):
    (less,) = [node for node in model.graph.node if node.op_type == "Or"]
    less.op_type = "And"


@pytest.mark.parametrize("fault", [one_weight, no_clear])
def test_planted_faults_are_found(check, tmp_path, fault):
    name = ("gru", "mixed", "episode")
    replay = replayed(check, written(tmp_path, name, fault), name)
    assert replay.error > 10 * LIMIT


def test_a_stream_that_is_off_by_one_is_found(check, tmp_path, monkeypatch):
    around = import_module("gamemeta_graph")
    right, name = around.combine, ("gru", "mixed", "episode")
    monkeypatch.setattr(around, "combine", lambda seeds, numbers: right(seeds, numbers + np.uint64(1)))
    replay = replayed(check, written(tmp_path, name), name)
    assert replay.equal < replay.actions


@pytest.fixture
def agent(check, tmp_path):
    return check.Agent(str(written(tmp_path, ("mingru", "quantities", "trial"))))


SYMBOLS, QUANTITIES = np.zeros((2, 2)), np.zeros((2, 5))


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"symbols": SYMBOLS + 3}, "mind 0: a symbol is outside"),
        ({"symbols": SYMBOLS + 0.5}, "symbols must be whole numbers"),
        ({"symbols": SYMBOLS + 2.0**40}, "symbols must be whole numbers"),
        ({"symbols": SYMBOLS + np.nan}, "symbols must be whole numbers"),
        ({"symbols": SYMBOLS[:1]}, "symbols must be of shape"),
        ({"symbols": None}, "symbols must be an array of numbers"),
        ({"symbols": [[0, 0], [0]]}, "symbols must be an array of numbers"),
        ({"symbols": [["0", "0"]] * 2}, "symbols must be an array of numbers"),
        ({"quantities": QUANTITIES + np.nan}, "NaN or infinite"),
        ({"quantities": QUANTITIES + 1e300}, "NaN or infinite"),
        ({"quantities": QUANTITIES + 1j}, "quantities must be an array of numbers"),
        ({"reward": [0]}, "reward must be of shape"),
        ({"reward": [np.inf, 0]}, "NaN or infinite"),
        ({"done": "no"}, "done must be an array of numbers"),
        ({"obs": None}, "obs lacks 'symbols'"),
        ({"obs": [1, 2]}, "obs lacks 'symbols'"),
    ],
)
def test_wrong_input_is_an_error_in_words_and_changes_nothing(agent, changed, words):
    minds = agent.begin(2)
    given = {"symbols": SYMBOLS, "quantities": QUANTITIES, "reward": [0, 0], "done": [0, 0]}
    obs = {name: given[name] for name in ("symbols", "quantities")}
    minds.act(obs, [0, 0], [0, 0])
    before, given = minds.memory, given | changed
    with pytest.raises(import_module("gamemeta_graph").GamemetaError, match=words):
        minds.act(given.get("obs", obs | {name: given[name] for name in obs}), given["reward"], given["done"])
    assert minds.memory == before


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda agent: agent.begin(0), "n must be"),
        (lambda agent: agent.begin(2**40), "n must be"),
        (lambda agent: agent.begin(1.5), "n must be"),
        (lambda agent: agent.begin(1, -1), "seed must be"),
        (lambda agent: agent.begin(1, 2**64), "seed must be"),
        (lambda agent: agent.begin(1, 0, np.nan), "skill must be"),
        (lambda agent: agent.begin(2).forget([True]), "which must be of shape"),
        (lambda agent: type(agent)("nowhere.onnx"), "no model of gamemeta"),
        (lambda agent: agent.resume("text"), "not the memory"),
    ],
)
def test_a_wrong_call_is_an_error_in_words(agent, call, words):
    with pytest.raises(import_module("gamemeta_graph").GamemetaError, match=words):
        call(agent)


@pytest.mark.parametrize("uniform", [0.0, 1 - 2**-24, 1.0])
def test_a_random_number_at_the_border_draws_a_legal_choice(check, tmp_path, uniform):
    agent = check.Agent(str(written(tmp_path, ("place", "mask", "trial"))))
    rng, n = np.random.default_rng(0), 300
    mask = rng.integers(0, 2, (n, 7))
    mask[:, [1, 5]] = 1
    feed = {"symbols": np.concatenate([mask, rng.integers(0, 3, (n, 2))], axis=1).astype(np.int32)}
    minds = agent.begin(n)
    feed |= {**minds.chance(), "memory": minds.tensor, "uniform": np.full((n, 2), uniform, np.float32)}
    feed |= dict.fromkeys(("reward", "done"), np.zeros((n, 1), np.float32))
    action, _, _, wrong = agent.run({name: feed[name] for name in agent.inputs})
    assert not wrong.any()
    assert mask[np.arange(n)[:, None], action.astype(int) + np.array([0, 4])].all()


def test_a_model_that_cannot_be_run_is_told_in_words(agent):
    symbols = np.zeros((1, 2), np.int32)
    with pytest.raises(import_module("gamemeta_graph").GamemetaError, match="the model is damaged"):
        agent.run({"symbols": symbols})
    assert agent.begin(np.int64(2), True).n == 2


@pytest.mark.parametrize(
    ("at", "number", "words"),
    [
        (12, b"\0\0\0\0", "cut off"),
        (24, np.float64(-1).tobytes(), "another agent"),
        (48, b"\1\0\0\0", "cut off"),
        (78, b"\1", "no mind can have"),
        (80, np.float32(np.nan).tobytes(), "no mind can have"),
        (80, np.float32(1e20).tobytes(), "no mind can have"),
        (-6, b"\xff", "no mind can have"),
    ],
)
def test_a_memory_that_no_mind_can_have_is_refused(agent, at, number, words):
    mind = agent.begin(1)
    mind.act({"symbols": SYMBOLS[:1], "quantities": QUANTITIES[:1]}, 0, 0)
    memory = bytearray(mind.memory)
    at %= len(memory)
    memory[at : at + len(number)] = number
    memory[-4:] = crc32(memory[:-4]).to_bytes(4, "little")
    with pytest.raises(import_module("gamemeta_graph").GamemetaError, match=words):
        agent.resume(bytes(memory))


@pytest.mark.parametrize("name", [("place", "mask", "trial"), ("learned", "quantities", "episode")])
def test_a_table_that_no_mind_can_have_is_refused(check, tmp_path, name):
    agent = check.Agent(str(written(tmp_path, name)))
    ((_, rows, width, places, learned),) = agent.about["tables"]
    count = (width - 1) * rows if learned else width - 1
    for place, number, good in ((count, 1.0, True), (count, -1.0, False), (rows * width, places, learned)):
        minds = agent.begin(1)
        minds.tensor[:, place] = number
        minds.tensor[:, agent.columns["begun"]] = 1
        if good:
            assert agent.resume(minds.memory).tensor[0, place] == number
            continue
        with pytest.raises(ValueError, match="no mind can have"):
            agent.resume(minds.memory)


def test_without_the_package_it_is_refused_in_words(monkeypatch):
    monkeypatch.setattr(target, "find_spec", lambda name: None)
    assert 'pip install "gamemeta[export]"' in target.refuses(export_of(FEW[0]))
