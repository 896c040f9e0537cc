"""The ONNX model does what Python does, and its checker finds planted faults."""

import importlib.util
import sys
from functools import cache

import numpy as np
import pytest

from gamemeta.assets import asset
from gamemeta.export.description import describe
from gamemeta.export.target import Export
from gamemeta.export.targets import onnx as target
from gamemeta.export.trace import golden_trace
from gamemeta.export.trace_file import trace_bin
from tests.helpers.exports import FEW, agent_for

onnx = pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")


@pytest.fixture(scope="module")
def check():
    """The checker that is copied into exports."""
    folder = str(asset("runtimes/onnx/check.py").parent)
    sys.path.insert(0, folder)
    try:
        spec = importlib.util.spec_from_file_location("onnx_check", f"{folder}/check.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        yield module
    finally:
        sys.path.remove(folder)


@cache
def export_of(name):
    agent = agent_for(*name)
    return Export("test", describe(agent), golden_trace(agent))


def replayed(check, path, name):
    agent = check.Agent(str(path))
    replay = check.Replay(agent, *check.read_trace(trace_bin(export_of(name).trace), agent))
    replay.play()
    return replay


def written(tmp_path, name, change=lambda model: None):
    model = onnx.load_from_string(target.files(export_of(name))[target.MODEL])
    change(model)
    onnx.save(model, tmp_path / "agent.onnx")
    return tmp_path / "agent.onnx"


@pytest.mark.parametrize("name", FEW, ids=" ".join)
def test_the_model_does_what_python_does(check, tmp_path, name):
    path = written(tmp_path, name)
    check.check_file(str(path))
    replay = replayed(check, path, name)
    assert replay.error < check.LIMIT
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
    assert replay.error > 10 * check.LIMIT


def test_wrong_input_is_an_error_in_words_and_changes_nothing(check, tmp_path):
    minds = check.Agent(str(written(tmp_path, ("mingru", "quantities", "trial")))).begin(2)
    symbols, quantities = np.zeros((2, 2)), np.zeros((2, 5))
    minds.act({"symbols": symbols, "quantities": quantities}, [0, 0], [0, 0])
    before = minds.memory
    for words, change in (
        ("mind 0: a symbol is outside", {"symbols": symbols + 3}),
        ("NaN or infinite", {"quantities": quantities + np.nan}),
        ("symbols must be of shape", {"symbols": symbols[:1]}),
    ):
        obs = {"symbols": symbols, "quantities": quantities} | change
        with pytest.raises(ValueError, match=words):
            minds.act(obs, [0, 0], [0, 0])
    assert minds.memory == before


def test_without_the_package_it_is_refused_in_words(monkeypatch):
    monkeypatch.setattr(target, "find_spec", lambda name: None)
    assert 'pip install "gamemeta[export]"' in target.refuses(export_of(FEW[0]))
