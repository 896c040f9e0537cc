"""Agents in C#: parity with Python, planted faults, memories both ways, bad input and garbage."""

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

import gamemeta
from gamemeta.agent.memory_file import HEADER
from gamemeta.assets import find_asset
from gamemeta.export.binary import agent_bin
from gamemeta.export.checker import run_checker
from gamemeta.export.description import describe
from gamemeta.export.targets.csharp import STRICT, TARGET
from gamemeta.export.trace import golden_trace
from gamemeta.export.trace_file import trace_bin
from tests.helpers.exports import FEW, agent_for

pytestmark = pytest.mark.skipif(bool(TARGET.missing()), reason="mcs and mono are not installed")
RUNTIME = find_asset("runtimes/csharp/Gamemeta.cs")
CHECKER = find_asset("runtimes/csharp/Check.cs")
PROBED = "learned", "quantities", "episode"


def compiled(program, *sources):
    """A program out of sources, by the compiler and its strictness of the target."""
    built = subprocess.run(
        ["mcs", *STRICT, *map(str, sources), f"-out:{program}"], capture_output=True, text=True, check=False
    )
    assert not built.returncode, built.stdout + built.stderr
    return program


def run(program, *words):
    """What a program prints."""
    done = subprocess.run(
        ["mono", str(program), *map(str, words)], capture_output=True, text=True, check=False
    )
    assert not done.returncode, done.stdout + done.stderr
    return done.stdout


def check(program, agent, folder):
    """What the checker says of an agent, and its code."""
    files = folder / "agent.bin", folder / "trace.bin"
    files[0].write_bytes(agent_bin(describe(agent)))
    files[1].write_bytes(trace_bin(golden_trace(agent)))
    done = subprocess.run(
        ["mono", str(program), *map(str, files)], capture_output=True, text=True, check=False
    )
    return done.stdout.split("\n"), done.returncode


@pytest.fixture(scope="module")
def checker(tmp_path_factory):
    return compiled(tmp_path_factory.mktemp("csharp") / "Check.exe", CHECKER, RUNTIME)


@pytest.fixture(scope="module")
def probe(tmp_path_factory):
    """A program that does what tests ask of one agent, and the file of that agent."""
    folder = tmp_path_factory.mktemp("csharp")
    (folder / "agent.bin").write_bytes(agent_bin(describe(agent_for(*PROBED))))
    program = compiled(folder / "Probe.exe", Path(__file__).with_name("Probe.cs"), RUNTIME)
    return program, folder / "agent.bin"


@pytest.mark.parametrize("name", FEW, ids=" ".join)
def test_every_cell_and_action_does_what_python_does(checker, tmp_path, name):
    assert check(checker, agent_for(*name), tmp_path)[0][-2] == "ok"


def test_the_export_of_a_shipped_agent_is_checked_and_timed(tmp_path):
    agent = gamemeta.load("maze", backend="numpy")
    for path in (RUNTIME, CHECKER):
        shutil.copy(path, tmp_path)
    (tmp_path / "agent.bin").write_bytes(agent_bin(describe(agent)))
    (tmp_path / "trace.bin").write_bytes(trace_bin(golden_trace(agent)))
    checked = run_checker(TARGET, tmp_path, timed=True)
    assert checked.good
    assert checked.actions == 1640
    assert 1 < checked.us < 100_000


@pytest.mark.parametrize(
    ("right", "wrong", "name"),
    [
        ("(agent.memory == 1 && done)", "(agent.memory == 1 && done && steps[i] < 30)", PROBED),
        ("            begun[i] = 0;\n", "", ("mingru", "image", "trial")),
        ("Streams.Uniform(lane, draw + (ulong)h)", "Streams.Uniform(lane, draw + (ulong)h + 1)", PROBED),
    ],
    ids=["a missed clear", "a forget that does not clear", "a stream off by one"],
)
def test_the_checker_finds_a_planted_fault(tmp_path, right, wrong, name):
    source = RUNTIME.read_text("utf-8")
    assert source.count(right) == 1
    faulty = tmp_path / "Gamemeta.cs"
    faulty.write_text(source.replace(right, wrong), "utf-8")
    program = compiled(tmp_path / "Check.exe", CHECKER, faulty)
    lines, code = check(program, agent_for(*name), tmp_path)
    assert lines[-2] == "failed"
    assert code == 1


def test_the_checker_finds_one_changed_weight(checker, tmp_path):
    agent = agent_for(*PROBED)
    described = describe(agent)
    trace = trace_bin(golden_trace(agent))
    dict(described.arrays)["actor"][0, 0] += 1e-3
    (tmp_path / "agent.bin").write_bytes(agent_bin(described))
    (tmp_path / "trace.bin").write_bytes(trace)
    files = tmp_path / "agent.bin", tmp_path / "trace.bin"
    done = subprocess.run(["mono", str(checker), *map(str, files)], capture_output=True, check=False)
    assert done.returncode == 1
    assert b"failed" in done.stdout


def played(mind, first, count):
    """The steps of Probe.cs."""
    i = np.arange(mind.n)
    for t in range(first, first + count):
        obs = {
            "body.height": np.tile(np.array([0.5 * t % 3, 1, -(t % 4)], np.float32), (mind.n, 1)),
            "place": np.stack([(t + i) % 3, np.full(mind.n, t // 3 % 3)], 1).astype(np.uint8),
            "speed": np.tile(np.array([0.25 * (t % 5), -1], np.float32), (mind.n, 1)),
        }
        mind.act(obs, ((t + i) % 4 == 0).astype(np.float32), (t + 3 * i) % 9 == 0)
    return mind.memory


def same(mine, golden):
    """Whether two memories of two minds are equal but for rounding."""
    first, floats = HEADER.size + 16, 2 * sum(HEADER.unpack_from(golden)[6:9])
    end = first + 4 * floats
    a, b = (np.frombuffer(data, "<f4", floats, first) for data in (mine, golden))
    np.testing.assert_allclose(a, b, rtol=2e-5, atol=2e-5)
    return mine[:first] == golden[:first] and mine[end:-4] == golden[end:-4]


def test_memories_go_from_python_to_csharp_and_back(probe, tmp_path):
    program, weights = probe
    agent, (begun, given, ended) = (
        agent_for(*PROBED),
        (tmp_path / word for word in ("begun", "given", "ended")),
    )
    mind = agent.begin(2, seed=7)
    played(mind, 0, 20)
    mind.forget(np.array([False, True]))
    golden = mind.memory
    run(program, weights, "begin", begun)
    assert same(begun.read_bytes(), golden)
    given.write_bytes(golden)
    run(program, weights, "resume", given, ended)
    further = played(agent.resume(begun.read_bytes()), 20, 20)
    assert same(ended.read_bytes(), further)
    assert same(played(agent.resume(ended.read_bytes()), 40, 3), played(agent.resume(further), 40, 3))


def test_wrong_input_gets_words_and_changes_nothing(probe, tmp_path):
    program, weights = probe
    other = tmp_path / "memory"
    other.write_bytes(agent_for("mingru", "quantities", "trial").begin(1, seed=0).memory)
    said = dict(line.split("\t") for line in run(program, weights, "wrong", other).splitlines())
    words = {
        "NaN": "NaN", "symbol": "'place' holds 3", "part": "'palce'", "shape": "2 numbers, not 1",
        "type": "type int", "mind": "mind 1", "minds": "1 minds", "reward": "reward is NaN or infinite",
        "missing": "missing", "n": "at least one mind", "skill": "0 (plays at random)", "cut": "cut off",
        "short": "cut off", "none": "no agent.bin", "other": "another agent", "damaged": "damaged",
        "text": "not the memory", "many": "than memory can hold",
    }  # fmt: skip
    assert said.keys() == words.keys()
    for what, part in words.items():
        assert part in said[what], (what, said[what])


def test_acting_allocates_nothing(probe):
    program, weights = probe
    acting, saving = map(int, run(program, weights, "allocates").split())
    assert acting == 0 < saving


def test_mutated_weights_memories_and_observations_play_or_get_words(probe):
    program, weights = probe
    played, refused = map(int, run(program, weights, "mutate", 1500).split())
    assert played > 50
    assert refused > 500


def test_the_guard_of_the_unity_example_learns_an_exit_and_forgets_it(tmp_path):
    example = Path(__file__).parents[3] / "examples/unity/GuardGame.cs"
    stub = Path(__file__).with_name("UnityStub.cs")
    program = compiled(tmp_path / "Player.exe", example, stub, RUNTIME)
    weights = tmp_path / "agent.bin"
    weights.write_bytes(agent_bin(describe(gamemeta.load("tag", backend="numpy"))))
    first, *later = map(int, run(program, weights).split())
    assert first < 20
    assert min(later) > 30
