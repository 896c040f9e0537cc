"""Agents in JavaScript: every cell, planted faults, wrong input in words, and memories there and back."""

import json
import re
import shutil
import subprocess
from base64 import b64decode, b64encode
from functools import cache
from pathlib import Path

import pytest

import gamemeta
from gamemeta.assets import asset, asset_files, shipped_agents
from gamemeta.export.binary import AGENT_BIN, agent_bin
from gamemeta.export.checker import run_checker
from gamemeta.export.description import describe
from gamemeta.export.registry import targets
from gamemeta.export.trace import golden_trace
from gamemeta.export.trace_file import TRACE_BIN, trace_bin
from tests.helpers.exports import FEW, WITH_ATTENTION, agent_for, with_weight, without_range

pytestmark = pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
JS = targets()["js"]
CASE = ("gru", "mixed", "episode")


@cache
def files_of(name):
    agent = gamemeta.load(name, backend="numpy") if name in shipped_agents() else agent_for(*name)
    return agent_bin(describe(agent)), trace_bin(golden_trace(agent))


def written(name, folder: Path) -> Path:
    for path in asset_files("runtimes/js"):
        shutil.copy(path, folder)
    for file, data in zip((AGENT_BIN, TRACE_BIN), files_of(name), strict=True):
        (folder / file).write_bytes(data)
    return folder


@pytest.mark.parametrize("name", [*shipped_agents(), *FEW, *WITH_ATTENTION], ids=str)
def test_javascript_does_what_python_does(name, tmp_path):
    assert run_checker(JS, written(name, tmp_path)).good


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("    add(0, k);\n", "    add(0, k + 1);\n"),
        ("    if (start) this.after.set(agent.start, i * agent.state);\n", ""),
        ("      this.begun[i] = 0;\n", ""),
        ("      this.action[i * heads + h] = code + 1;\n", ""),
    ],
    ids=["stream", "clear at an episode's end", "forget", "action before"],
)
def test_a_planted_fault_is_found(right, wrong, tmp_path):
    source = written(CASE, tmp_path) / "gamemeta.mjs"
    text = source.read_text("utf-8")
    assert text.count(right) == 1
    source.write_text(text.replace(right, wrong), "utf-8")
    assert not run_checker(JS, tmp_path).good


def test_a_planted_weight_is_found(tmp_path):
    folder = written(CASE, tmp_path)
    description = describe(agent_for(*CASE))
    array = dict(description.arrays)["cells.0.recurrent"]
    array[3, 5] += 0.01
    (folder / AGENT_BIN).write_bytes(agent_bin(description))
    array[3, 5] -= 0.01
    assert not run_checker(JS, folder).good


EXPECTED = [
    "give an object",
    'lacks "speed"',
    "speed: got 1 numbers",
    "speed[1] is NaN",
    "place[1] is 3; give a whole number from 0 to 2",
    "place[0] is 0.5",
    "reward is Infinity",
    "done is NaN",
    'lacks "place"',
    "quantities: got 1 numbers",
    "place[1] is 9",
    "which: give 1",
    "n = 0",
    "seed = -1",
    "a BigInt beyond 2^53",
    "skill = 2",
    "cut off",
    "no agent.bin",
    "give its bytes",
    "damaged",
    "version 2",
    "damaged",
    "cut off",
    "belongs to agent",
    "version 9",
    "a weight is NaN or infinite",
    "has no range",
    "done is Symbol(x)",
    "place[0] is Symbol(x)",
    "place[0] is 1",
    "n = Symbol(x)",
    "seed = object",
    "skill = Symbol(x)",
    "which: give 1",
    "reward and done: give 1",
    "no legal choice",
]


@pytest.fixture(scope="module")
def said(tmp_path_factory):
    folder = tmp_path_factory.mktemp("js")
    shutil.copy(asset("runtimes/js/gamemeta.mjs"), folder)
    shutil.copy(Path(__file__).with_name("wrong_input.mjs"), folder)
    agents = {"agent": CASE[:2], "other": ("mingru", "numbers"), "masked": ("place", "mask")}
    data = {name: b64encode(agent_bin(describe(agent_for(*case)))).decode() for name, case in agents.items()}
    data["infinite"] = b64encode(with_weight(CASE[:2], float("inf"))).decode()
    data["range"] = b64encode(without_range(*CASE[:2])).decode()
    command = ["node", str(folder / "wrong_input.mjs")]
    done = subprocess.run(command, input=json.dumps(data), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_wrong_input_is_told_in_words_and_changes_nothing(said):
    pairs = zip(EXPECTED, said["words"], strict=True)
    assert [(expected, words) for expected, words in pairs if expected not in words] == []
    assert said["same"]


def test_a_memory_goes_to_python_and_back(said):
    memory = b64decode(said["saved"])
    mind = agent_for(*CASE[:2]).resume(memory)
    assert mind.memory == memory
    action = mind.decide({"place": [0, 2], "speed": [0.5, -1.0]}, 0.5, False).tolist()
    assert said["action"] == pytest.approx(action, abs=1e-5)


def test_typescript_finds_the_types_of_all_that_the_module_exports():
    """A module x.mjs has its types in x.d.mts; nothing else is looked for."""
    module, types = (asset(f"runtimes/js/gamemeta.{end}").read_text("utf-8") for end in ("mjs", "d.mts"))
    names = re.compile(r"^export (?:class|function) (\w+)", re.MULTILINE)
    assert (
        sorted(names.findall(module))
        == sorted(names.findall(types))
        == ["Agent", "GamemetaError", "Mind", "load"]
    )
