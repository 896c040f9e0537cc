"""SavedModel and .tflite do what Python does; what is written around them, TensorFlow or not."""

import json
import sys
from dataclasses import replace
from functools import cache
from importlib import import_module
from importlib.util import find_spec

import pytest

from gamemeta.errors import ExportError
from gamemeta.export.checker import LIMIT
from gamemeta.export.description import describe
from gamemeta.export.exporter import check_export, export_agent
from gamemeta.export.graph import in_tensorflow
from gamemeta.export.graph.plain import plain_graph
from gamemeta.export.target import Export
from gamemeta.export.targets import tensorflow as target
from gamemeta.export.trace import golden_trace
from tests.helpers.exports import FEW, WITH_ATTENTION, agent_for, runtime_modules

onnx = pytest.importorskip("onnx")
needs_tensorflow = pytest.mark.skipif(
    not (find_spec("tensorflow") and find_spec("ai_edge_litert")), reason="TensorFlow is not installed"
)


@cache
def export_of(name):
    agent = agent_for(*name)
    return Export("test", describe(agent), golden_trace(agent))


@cache
def graph_of(name):
    return plain_graph(Export("test", describe(agent_for(*name)), None))


@pytest.fixture(scope="module")
def player():
    with runtime_modules("graph", "tensorflow"):
        yield import_module("gamemeta_tensorflow")


def written(folder, name=FEW[1], model=b"a model", **changed):
    """A folder of an export whose models are not TensorFlow's."""
    models = dict.fromkeys(target.MODELS, model)
    files = dict(target.files_around(export_of(name), graph_of(name), models))
    about = json.loads(files[target.ABOUT]) | changed
    files[target.ABOUT] = json.dumps(about).encode()
    for path, data in files.items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_bytes(data)
    return folder


@pytest.mark.parametrize("name", [*FEW, *WITH_ATTENTION], ids=" ".join)
def test_every_operator_of_the_graph_is_known(name):
    used = {node.op_type for node in onnx.load_from_string(graph_of(name)).graph.node}
    assert used <= {*in_tensorflow.SAME, *in_tensorflow.OTHERS}


def test_what_models_have_no_place_for_stands_beside_them():
    models = dict.fromkeys(target.MODELS, b"")
    about = json.loads(target.files_around(export_of(FEW[1]), graph_of(FEW[1]), models)[target.ABOUT])
    assert about["agent"]["digest"] == agent_for(*FEW[1]).digest
    assert ["symbols", "int32", 2] in about["inputs"] and ["skill", "float32", 1] in about["inputs"]
    assert set(about["models"]) == {"agent.tflite", "saved_model.pb"}


def test_a_damaged_model_is_refused_in_words(player, tmp_path):
    folder = written(tmp_path)
    (folder / "agent.tflite").write_bytes(b"another")
    (folder / "saved_model" / "saved_model.pb").unlink()
    for model, words in (("agent.tflite", "damaged"), ("saved_model", "no model of gamemeta")):
        with pytest.raises(player.GamemetaError, match=words):
            player.Agent(folder / model)
    for changed in ({"inputs": 3}, {"models": {}}, {"agent": None}, {"columns": []}):
        with pytest.raises(player.GamemetaError, match="no model of gamemeta"):
            player.Agent(written(tmp_path, **changed) / "agent.tflite")


def test_without_a_package_that_plays_it_words_say_so(player, tmp_path, monkeypatch):
    folder = written(tmp_path)
    for name, package in (("agent.tflite", "ai_edge_litert"), ("saved_model", "tensorflow")):
        monkeypatch.setitem(sys.modules, package, None)
        with pytest.raises(player.GamemetaError, match=f"{package}.*pip install"):
            player.Agent(folder / name)


def test_without_tensorflow_it_is_refused_in_words(monkeypatch):
    monkeypatch.setattr(target, "find_spec", lambda name: None if name == "tensorflow" else "there")
    assert target.refuses(export_of(FEW[0])) == (
        'writing it needs tensorflow. Run: pip install "gamemeta[tensorflow]"'
    )


def test_what_tensorflow_says_is_told_in_bounds(monkeypatch):
    monkeypatch.setattr(target, "WRITER", "no.such.module")
    with pytest.raises(ExportError, match="TensorFlow cannot write this agent") as told:
        target.files(export_of(FEW[0]))
    assert len(str(told.value)) < 600


@needs_tensorflow
def test_both_models_do_what_python_does(player, tmp_path):
    (result,) = export_agent(agent_for(*FEW[7]), [target.TARGET], tmp_path / "out")
    assert result.checked.good and result.checked.actions > 2000
    assert check_export(tmp_path / "out", timed=True)[0].checked.us > 0
    replay = import_module("replay")
    for model in ("agent.tflite", "saved_model"):
        played = replay.replayed(player.Agent(tmp_path / "out" / model), tmp_path / "out" / "trace.bin")
        assert played.error < LIMIT and played.equal == played.actions


@needs_tensorflow
def test_a_planted_weight_is_found(tmp_path):
    export = export_of(FEW[1])
    files = dict(target.TARGET.files(export))
    dict(export.description.arrays)["cells.0.recurrent"][3, 5] += 0.01
    other = target.TARGET.files(export) | {"trace.bin": files["trace.bin"]}
    wrong = replace(target.TARGET, files=lambda export: other)
    with pytest.raises(ExportError, match="does not do what Python does"):
        export_agent(agent_for(*FEW[1]), [wrong], tmp_path / "out")
