"""The model for ML-Agents has its names and does what Python does; the component compiles."""

import importlib.util
import json
import shutil
import subprocess
from functools import cache

import numpy as np
import pytest

from gamemeta.agent.runtime import Agent
from gamemeta.agent.shape.config import NetworkConfig
from gamemeta.assets import asset
from gamemeta.export.description import describe
from gamemeta.export.graph.metadata import KEY
from gamemeta.export.graph.ml_agents import sensors
from gamemeta.export.target import Export
from gamemeta.export.targets import unity as target
from gamemeta.export.trace import golden_trace
from gamemeta.export.trace_file import trace_bin
from gamemeta.networks.policy import MemoryPolicy
from gamemeta.spec import ActionSpec, Spec, quantities
from tests.helpers.agents import agent_of_policy
from tests.helpers.exports import EYE, agent_for

onnx = pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")
PLAIN, MIXED = ("mingru", "quantities", "trial"), ("gru", "mixed", "episode")
MASKED, SEEING = ("joined", "mask", "trial"), ("joined", "image", "trial")

STUB = """
namespace UnityEngine
{
    public class MonoBehaviour { }
    public class TextAsset { public byte[] bytes; }
    public class RangeAttribute : System.Attribute { public RangeAttribute(float low, float high) { } }
}
static class Program
{
    static void Main(string[] words)
    {
        byte[] weights = System.IO.File.ReadAllBytes(words[0]);
        var agent = new GamemetaAgent { Weights = new UnityEngine.TextAsset { bytes = weights } };
        agent.Awake();
        for (int k = 0; k < 5; k++) { agent.Decide(); agent.AddReward(0.5f); }
        agent.EndAttempt();
        byte[] save = agent.Save();
        float first = agent.Decide()[0];
        agent.Forget();
        agent.Load(save);
        System.Console.WriteLine(agent.Decide()[0] == first ? "same" : "different");
        try { agent.Load(new byte[3]); }
        catch (Gamemeta.GamemetaException wrong) { System.Console.WriteLine(wrong.Message); }
        System.BitConverter.GetBytes(float.NaN).CopyTo(save, 0);
        try { agent.Load(save); }
        catch (Gamemeta.GamemetaException wrong) { System.Console.WriteLine(wrong.Message); }
    }
}
"""


@pytest.fixture(scope="module")
def check():
    """The checker that is copied into exports."""
    spec = importlib.util.spec_from_file_location("unity_check", asset("runtimes/unity/check.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def export_of(name, skill=1.0):
    agent = agent_for(*name).with_skill(skill)
    return Export("test", describe(agent), golden_trace(agent))


@cache
def model_of(name, skill=1.0):
    return target.files(export_of(name, skill))[target.MODEL]


def replayed(check, tmp_path, name, change=lambda model: None, skill=1.0):
    model = onnx.load_from_string(model_of(name, skill))
    change(model)
    path = str(tmp_path / "ml-agents.onnx")
    onnx.save(model, path)
    replay = check.Replay(check.Model(path), trace_bin(export_of(name, skill).trace))
    replay.play()
    return replay


@pytest.mark.parametrize("name", [PLAIN, MIXED, MASKED], ids=" ".join)
def test_the_model_does_what_python_does(check, tmp_path, name):
    replay = replayed(check, tmp_path, name)
    assert replay.error < check.LIMIT
    assert replay.equal == replay.actions > 1000
    assert replay.same
    assert replay.fair


def test_a_weaker_player_is_late_and_less_sure(check, tmp_path):
    replay = replayed(check, tmp_path, PLAIN, skill=0.5)
    assert replay.error < check.LIMIT
    assert replay.equal == replay.actions
    assert replay.fair


def clear_at_done_missed(model):
    (node,) = [node for node in model.graph.node if node.op_type == "Or"]
    node.op_type = "And"


def one_weight(model):
    weight = next(each for each in model.graph.initializer if each.name.startswith("actor_bias"))
    array = onnx.numpy_helper.to_array(weight).copy()
    array[0] += 1e-3
    weight.CopyFrom(onnx.numpy_helper.from_array(array, weight.name))


def chance_that_is_not_uniform(model):
    node = next(node for node in model.graph.node if node.op_type == "RandomUniformLike")
    node.attribute.append(onnx.helper.make_attribute("high", 0.5))


@pytest.mark.parametrize("fault", [clear_at_done_missed, one_weight])
def test_planted_faults_are_found(check, tmp_path, fault):
    assert replayed(check, tmp_path, MIXED, fault).error > 10 * check.LIMIT


@pytest.mark.parametrize("name", [PLAIN, MIXED], ids=" ".join)
def test_draws_that_are_not_uniform_are_found(check, tmp_path, name):
    assert not replayed(check, tmp_path, name, chance_that_is_not_uniform).fair


def test_an_unknown_operator_and_a_missing_name_are_refused(check, tmp_path):
    def einsum(model):
        node = next(node for node in model.graph.node if node.op_type == "Sigmoid")
        node.op_type = "HardSwish"

    def renamed(model):
        for node in model.graph.node:
            node.output[:] = ["memory" if name == "recurrent_out" else name for name in node.output]
        for value in model.graph.output:
            value.name = value.name.replace("recurrent_out", "memory")

    with pytest.raises(SystemExit, match="HardSwish"):
        replayed(check, tmp_path, PLAIN, einsum)
    with pytest.raises(SystemExit, match="ML-Agents"):
        replayed(check, tmp_path, PLAIN, renamed)


def test_zeros_begin_a_mind_with_a_baked_memory(check, tmp_path):
    agent = agent_for(*PLAIN)
    mind = agent.begin()
    obs = {
        "body.height": np.ones(3, np.float32),
        "place": np.ones(2, np.uint8),
        "speed": np.ones(2, np.float32),
    }
    for _ in range(5):
        mind.act(obs, 1.0, False)
    baked = agent.beginning_with(mind.memory)
    (tmp_path / "m.onnx").write_bytes(target.ml_agents_graph(Export("x", describe(baked), None)))
    model = check.Model(str(tmp_path / "m.onnx"))
    feed = {f"obs_{k}": np.ones((1, size), np.float32) for k, size in enumerate((3, 2, 2))}
    feed |= {"obs_3": np.zeros((1, 2), np.float32), "action_masks": np.ones((1, 7), np.float32)}
    out = model.run(feed | {"recurrent_in": np.zeros((1, 1, model.size), np.float32)})
    goes_on = baked.begin()
    goes_on.act(obs, 0.0, True)
    state = out["recurrent_out"][0, :, model.columns["state"]]
    assert np.allclose(state, goes_on.state, atol=1e-5)
    assert not np.allclose(state, mind.state, atol=1e-3)


def test_an_answer_of_nan_is_not_remembered(check, tmp_path):
    (tmp_path / "m.onnx").write_bytes(model_of(PLAIN))
    model = check.Model(str(tmp_path / "m.onnx"))
    feed = {f"obs_{k}": np.ones((1, size), np.float32) for k, size in enumerate((3, 2, 2, 2))}
    feed |= {
        "action_masks": np.ones((1, 7), np.float32),
        "recurrent_in": np.zeros((1, 1, model.size), np.float32),
    }
    feed["recurrent_in"] = model.run(feed)["recurrent_out"]
    out = model.run(feed | {"obs_3": np.full((1, 2), np.nan, np.float32)})
    assert (out["recurrent_out"] == feed["recurrent_in"]).all()
    assert np.isfinite(feed["recurrent_in"]).all() and feed["recurrent_in"].any()


def test_more_than_a_hundred_sensors_are_sorted_as_the_inputs_are():
    spec = Spec(obs=tuple(quantities(f"q{k}", (1,)) for k in range(120)), action=ActionSpec(heads=(2,)))
    policy = MemoryPolicy(spec, NetworkConfig(width=8, layers=1), {})
    named = [each["name"] for each in sensors(Export("x", describe(Agent(agent_of_policy(policy))), None))]
    assert named == sorted(named) and len(named) == 121


def test_images_are_channels_first_from_black_to_white(check, tmp_path):
    agent, rng = agent_for(*SEEING), np.random.default_rng(0)
    (tmp_path / "m.onnx").write_bytes(target.ml_agents_graph(Export("x", describe(agent), None)))
    model, eye = check.Model(str(tmp_path / "m.onnx")), rng.integers(0, 256, (2, *EYE.shape)).astype(np.uint8)
    feed = {"obs_0": np.ones((2, 2)), "obs_1": eye.transpose(0, 3, 1, 2) / 255, "obs_2": np.zeros((2, 2))}
    feed |= {"action_masks": np.ones((2, 7)), "recurrent_in": np.zeros((2, 1, model.size))}
    out = model.run({name: values.astype(np.float32) for name, values in feed.items()})
    mind = agent.begin(2)
    mind.act({"place": np.ones((2, 2), np.uint8), "eye": eye}, 0.0, False)
    assert np.allclose(out["recurrent_out"][:, 0, model.columns["state"]], mind.state, atol=1e-4)
    assert np.abs(mind.state).max() > 0.1


def test_sensors_are_sorted_as_the_inputs_are():
    model = onnx.load_from_string(model_of(MASKED))
    about = json.loads({each.key: each.value for each in model.metadata_props}[KEY])
    names = [sensor["name"] for sensor in about["sensors"]]
    assert names == sorted(names) == ["00 place", "01 outcome"]


@pytest.mark.skipif(not (shutil.which("mcs") and shutil.which("mono")), reason="mono is not installed")
def test_the_component_compiles_and_goes_on_from_a_save(tmp_path):
    (tmp_path / "agent.bytes").write_bytes(target.files(export_of(PLAIN))[target.WEIGHTS])
    (tmp_path / "Stub.cs").write_text(STUB)
    sources = [
        asset("runtimes/unity/GamemetaAgent.cs"),
        asset("runtimes/csharp/Gamemeta.cs"),
        tmp_path / "Stub.cs",
    ]
    subprocess.run(
        ["mcs", "-langversion:7.2", "-warnaserror+", *sources, f"-out:{tmp_path}/x.exe"], check=True
    )
    words = ["mono", tmp_path / "x.exe", tmp_path / "agent.bytes"]
    printed = subprocess.run(words, check=True, capture_output=True, text=True).stdout.splitlines()
    assert printed == ["same", "these bytes are no save of an agent", "these bytes are no save of one agent"]
