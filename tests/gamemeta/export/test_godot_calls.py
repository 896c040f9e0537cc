"""Calls of the GDScript runtime, right and wrong, in Godot 4; skipped where there is none."""

import base64
import json
import shutil
import subprocess
from pathlib import Path

import pytest

from gamemeta.export.binary import agent_bin
from gamemeta.export.description import describe
from gamemeta.export.target import first_of
from gamemeta.export.targets.godot import PROGRAMS, TARGET, WRAPPER
from tests.helpers.exports import agent_for

RUNTIME = Path("assets/runtimes/godot/gamemeta.gd")
HERE = Path(__file__).parent
DAMAGED = 150
PROJECT = 'config_version=5\n[application]\nconfig/name="probe"\n'

pytestmark = pytest.mark.skipif(bool(TARGET.missing()), reason="Godot 4 is not installed")


def godot(folder, *words):
    """What a probe prints, read as JSON; no script may go wrong."""
    done = subprocess.run(
        [first_of(PROGRAMS), "--headless", "--path", str(folder), *words],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert "SCRIPT ERROR" not in done.stdout + done.stderr
    found = [line for line in done.stdout.splitlines() if line.startswith("@")]
    return json.loads(found[0][1:]) if found else None


@pytest.fixture(scope="module")
def agent():
    return agent_for("gru", "mixed")


@pytest.fixture(scope="module")
def answers(agent, tmp_path_factory):
    folder = tmp_path_factory.mktemp("godot")
    shutil.copy(RUNTIME, folder)
    shutil.copy(HERE / "godot_probe.gd", folder)
    (folder / "agent.bin").write_bytes(agent_bin(describe(agent)))
    (folder / "other.bin").write_bytes(agent_bin(describe(agent_for("mingru", "numbers"))))
    return godot(folder, "-s", "godot_probe.gd", "--", "other.bin", str(DAMAGED))


WRONG = {
    "nothing": "a dictionary of parts",
    "a part left out": "obs lacks speed",
    "wrong shape": "speed: got 1 numbers; give 2",
    "NaN": "NaN",
    "beyond float32": "infinity",
    "text": "no number",
    "unknown symbol": "place: 3.0 is no code; give 0 to 2",
    "half a symbol": "place: 0.5 is no code",
    "infinite reward": "reward is",
    "reward as text": "reward is",
    "done as text": "done: give true or false",
    "two minds": "1 minds",
    "flat": "got 1 symbols",
    "flat symbol": "-1 is no code",
    "which": "give 1 flags",
    "which one": "give 1 flags",
    "no minds": "n = 0",
    "skill": "skill = 2",
    "cut off": "cut off",
    "no agent": "no agent.bin",
    "no file": "cannot be found",
    "no path": "takes a path",
    "memory cut off": "cut off",
    "no memory": "not the memory",
    "memory of another": "another agent",
}


def test_a_wrong_call_says_what_is_wrong_and_changes_nothing(answers):
    assert answers["said"].keys() == WRONG.keys()
    for call, words in WRONG.items():
        said = answers["said"][call]
        assert words in said and said.endswith("(nothing)"), (call, said)


def test_damaged_agents_and_memories_are_refused_in_words(answers):
    damaged = answers["damaged"]
    assert damaged["wordless"] == 0
    assert 0 < damaged["loaded"] < DAMAGED
    assert 0 < damaged["resumed"] < DAMAGED


def test_actions_by_name_are_those_of_python_and_a_memory_is_read_there(agent, answers):
    mind, shown = agent.begin(1, 7), {"place": [0, 2], "speed": [0.5, -1.0]}
    for k in range(1, 6):
        mind.decide(shown, 0.25 * k, k == 3)
    saved = base64.b64decode(answers["saved"])
    assert saved[:56] == mind.memory[:56]
    for same in (mind, agent.resume(saved)):
        assert answers["action"] == pytest.approx(same.decide(shown, 0.5, False).tolist(), abs=1e-5)


def test_the_class_for_the_plugin_has_a_mind_for_each_controller(agent, tmp_path):
    """What the Sync node reads out of its output: the largest logit, then numbers as they are."""
    shutil.copy(RUNTIME, tmp_path)
    shutil.copy(RUNTIME.parent / WRAPPER, tmp_path)
    shutil.copy(HERE / "godot_wrapper_probe.gd", tmp_path)
    (tmp_path / "agent.bin").write_bytes(agent_bin(describe(agent)))
    (tmp_path / "project.godot").write_text(PROJECT, "utf-8")
    godot(tmp_path, "--import")
    answers = godot(tmp_path, "-s", "godot_wrapper_probe.gd")
    minds = [agent.begin(1, seed=k) for k in range(3)]
    for at, step in enumerate(answers["steps"]):
        t, k = divmod(at, 3)
        code, *numbers = minds[k].decide(step["obs"], 0.25 * ((t + k) % 3), t == 4).tolist()
        assert step["output"] == pytest.approx(
            [1000.0 * (code == 0), 1000.0 * (code == 1), *numbers], abs=1e-5
        )
        assert step["kept"] == 0
        if (t, k) == (5, 2):
            minds[1].forget()
    assert answers["resumed"] and answers["means"]
    output, lacks, resumed, memory, space = answers["words"]
    assert json.loads(output) == [0.0] * 4
    assert "obs lacks speed" in lacks
    assert resumed == "false" and "not the memory" in memory
    assert "get_action_space" in space
