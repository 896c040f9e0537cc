"""C and plain text do what Python does, and their checkers find planted faults."""

import importlib.util
import json
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from zlib import crc32

import numpy as np
import pytest

import gamemeta
from gamemeta.assets import asset, shipped_agents
from gamemeta.export.binary import HEADER, agent_bin
from gamemeta.export.description import describe
from gamemeta.export.target import Export
from gamemeta.export.targets.json import files
from gamemeta.export.trace import FAR_ENOUGH, golden_trace
from gamemeta.export.trace_file import trace_bin
from tests.gamemeta.export.sixty_lines import largest_error
from tests.helpers.exports import FEW, WITH_ATTENTION, agent_for, with_weight, without_range

STRICT = ("-std=c99", "-Wall", "-Wextra", "-Werror")
CAREFUL = ("-O1", "-fsanitize=address,undefined", "-fno-sanitize-recover=all")
PLAY = Path(__file__).parents[3] / "scripts/evidence/exports/play.c"
needs_gcc = pytest.mark.skipif(shutil.which("gcc") is None, reason="gcc is not installed")


@cache
def agent_named(name):
    return gamemeta.load(name, backend="numpy") if name in shipped_agents() else agent_for(*name)


@cache
def export_of(name):
    agent = agent_named(name)
    return Export("test", describe(agent), golden_trace(agent))


def compiled(folder, flags=CAREFUL, replaced=("", ""), check=None):
    """The checker of C, or another program, with one place of the runtime replaced."""
    header = asset("runtimes/c/gamemeta.h").read_text()
    assert replaced[0] in header
    (folder / "gamemeta.h").write_text(header.replace(*replaced) if replaced[0] else header)
    if check is None:
        shutil.copy(asset("runtimes/c/check.c"), folder)
    command = ["gcc", *STRICT, *flags, str(folder / "check.c"), "-o", str(folder / "check"), "-lm"]
    subprocess.run(command, check=True)
    return folder / "check"


@pytest.fixture(scope="module")
def checker(tmp_path_factory):
    return compiled(tmp_path_factory.mktemp("c"), ("-O1",))


def run(program, folder, data, trace):
    (folder / "agent.bin").write_bytes(data)
    (folder / "trace.bin").write_bytes(trace)
    words = [program, folder / "agent.bin", folder / "trace.bin"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def replay(name, tmp_path, program, change=lambda data: data):
    export = export_of(name)
    return run(program, tmp_path, change(agent_bin(export.description)), trace_bin(export.trace))


def checksummed(data):
    return data[:-4] + crc32(data[:-4]).to_bytes(4, "little")


@needs_gcc
@pytest.mark.parametrize("name", [*shipped_agents(), *FEW, *WITH_ATTENTION], ids=str)
def test_c_does_what_python_does(name, tmp_path, checker):
    code, printed = replay(name, tmp_path, checker)
    assert code == 0 and printed.endswith("ok\n"), printed


LANGUAGES = {
    "gcc": ("-std=c99",),
    "clang": ("-std=c99",),
    "g++": ("-xc++", "-std=c++11"),
    "clang++": ("-xc++", "-std=c++17"),
}


@pytest.mark.parametrize("compiler", LANGUAGES)
def test_the_header_compiles_as_c_and_cpp_without_a_warning(compiler, tmp_path):
    if shutil.which(compiler) is None:
        pytest.skip(f"{compiler} is not installed")
    flags = [*LANGUAGES[compiler], *STRICT[1:], "-Wpedantic", "-c", "-o", tmp_path / "check.o"]
    subprocess.run([compiler, *flags, asset("runtimes/c/check.c")], check=True)


@needs_gcc
def test_c_begins_with_a_baked_memory_and_a_skill(tmp_path, checker):
    agent = agent_for("joined", "mask")
    mind = agent.begin()
    for _ in range(3):
        mind.act({"action_mask": np.ones(7, np.uint8), "place": np.zeros(2, np.uint8)}, 1.0)
    baked = agent.beginning_with(mind.memory, 2.0).with_skill(0.8)
    code, printed = run(checker, tmp_path, agent_bin(describe(baked)), trace_bin(golden_trace(baked)))
    assert code == 0, printed
    assert (
        replay(("joined", "mask", "trial"), tmp_path, checker, lambda _: agent_bin(describe(baked)))[0] == 1
    )


@needs_gcc
def test_the_checker_of_c_finds_one_wrong_weight(tmp_path, checker):
    def wrong(data):
        copy = bytearray(data)
        place = len(data) - 4 - 4 * 8 * 25
        copy[place : place + 4] = np.float32(np.frombuffer(data, "<f4", 1, place)[0] + 0.01).tobytes()
        return checksummed(bytes(copy))

    code, printed = replay(("mingru", "quantities", "trial"), tmp_path, checker, wrong)
    assert code == 1 and "failed" in printed


FAULTS = {
    "one missed clear": ("        m->begun[i] = 0;\n    }", "    }"),
    "off by one in the stream": ("number * golden + golden", "number * golden + 2 * golden"),
    "an action that is forgotten": ("= (uint8_t)(chosen + 1);", "= 1;"),
    "illegal choices that are drawn": ("mask && !mask[first + k]", "0"),
}


@needs_gcc
@pytest.mark.parametrize("fault", FAULTS)
def test_the_checker_of_c_finds_planted_faults(fault, tmp_path):
    program = compiled(tmp_path, ("-O0", "-Wno-unused"), FAULTS[fault])
    code, printed = replay(("place", "mask", "trial"), tmp_path, program)
    assert (code, printed[-7:]) == (1, "failed\n"), printed


@needs_gcc
def test_a_missed_clear_is_found_in_every_kind_of_agent(tmp_path):
    program = compiled(tmp_path, ("-O0", "-Wno-unused"), FAULTS["one missed clear"])
    for name in (*FEW, *WITH_ATTENTION):
        if name[2] != "step":  # there every step clears
            code, printed = replay(name, tmp_path, program)
            assert (code, printed[-7:]) == (1, "failed\n"), name


@needs_gcc
@pytest.mark.parametrize("name", [("joined", "mask", "trial"), ("gru", "mixed", "episode")], ids=str)
def test_c_reads_nothing_outside_damaged_agents_observations_and_memories(name, tmp_path):
    shutil.copy(Path(__file__).with_name("damaged.c"), tmp_path / "check.c")
    program = compiled(tmp_path, CAREFUL, check=tmp_path / "check.c")
    (tmp_path / "agent.bin").write_bytes(agent_bin(export_of(name).description))
    words = [program, tmp_path / "agent.bin", "300"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    loaded, acted, resumed = map(int, done.stdout.split()[1::2])
    assert 200 < loaded < 300 and 300 < acted < 4 * loaded and 500 < resumed < 4 * loaded


@needs_gcc
def test_a_memory_goes_from_python_to_c_and_back(tmp_path):
    shutil.copy(PLAY, tmp_path / "check.c")
    program = compiled(tmp_path, ("-O0",), check=tmp_path / "check.c")
    agent = agent_for("place", "mask")
    obs = {"action_mask": np.ones(7, np.uint8), "place": np.array([1, 2], np.uint8)}
    mind = agent.begin(seed=3)
    for k in range(5):
        mind.decide(obs, 0.25 * k, k == 3)
    (tmp_path / "agent.bin").write_bytes(agent_bin(describe(agent)))
    (tmp_path / "python.bin").write_bytes(mind.memory)
    words = f"load agent.bin\nresume python.bin\nact 0.5 0 {'1 ' * 7} 1 2\nsave c.bin\n"
    done = subprocess.run([program], input=words, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.split("\n> ") == ["> ok", "ok", str(mind.decide(obs, 0.5, False)[0]), "ok\n"]
    memory = (tmp_path / "c.bin").read_bytes()
    back = agent.resume(memory)
    assert back.memory == memory
    assert np.allclose(back.state, mind.state, atol=1e-5)
    assert back.decide(obs, 1.0, True).tolist() == mind.decide(obs, 1.0, True).tolist()


@needs_gcc
def test_c_says_in_words_what_is_wrong(tmp_path, checker):
    export = export_of(("place", "mask", "trial"))
    data, trace = agent_bin(export.description), trace_bin(export.trace)
    damaged = checksummed(data[: HEADER.size] + b"\xff" + data[HEADER.size + 1 :])
    odd = with_weight(("place", "mask", "trial"), np.inf), without_range("gru", "mixed")
    for wrong in (data[:-9], b"", data + b"x", damaged, checksummed(data[:-400] + b"1234"), *odd):
        code, printed = run(checker, tmp_path, wrong, trace)
        assert code == 1 and printed.startswith(("agent.bin is", "these bytes")) and printed[-2:] == ".\n"


def documents(name):
    made = files(export_of(name))
    return json.loads(made["agent.json"]), json.loads(made["trace.json"])


@cache
def reader():
    spec = importlib.util.spec_from_file_location("read", asset("runtimes/json/read.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def read(name, change=lambda agent, trace: None):
    agent, trace = documents(name)
    change(agent, trace)
    replay = reader().Replay(reader().Agent(agent), trace)
    replay.play()
    return replay.error <= 2e-5 and replay.equal == replay.actions > 0 and replay.memory


@pytest.mark.parametrize("name", FEW[1:3] + FEW[4:6] + FEW[7:] + WITH_ATTENTION, ids=str)
def test_the_reader_of_plain_text_does_what_python_does(name):
    assert read(name)


def test_the_reader_of_plain_text_sees_pictures_as_python_does():
    def shortened(agent, trace):
        del trace["events"][60:]

    assert read(("joined", "image", "trial"), shortened)


def test_the_reader_of_plain_text_finds_planted_faults(monkeypatch):
    name = ("mingru", "numbers", "step")

    def wrong_weight(agent, trace):
        agent["arrays"]["cells.0.bias"][3] += 0.01

    def missed_clear(agent, trace):
        agent["integers"]["memory"] = 0

    assert not read(name, wrong_weight)
    assert not read(name, missed_clear)
    right = reader().normal
    monkeypatch.setattr(reader(), "normal", lambda lane, number: right(lane, number + 1))
    assert not read(name)


def test_sixty_lines_that_know_the_document_alone_read_plain_text():
    source = Path(sys.modules[largest_error.__module__].__file__)
    assert source.read_text("utf-8").count("\n") <= 60
    agent, trace = documents("maze")
    trace["events"] = trace["events"][:160]
    assert largest_error(agent, trace) <= 2e-5
    agent["arrays"]["actor_bias"][0] += 0.001
    assert largest_error(agent, trace) > 2e-5


@pytest.mark.parametrize("name", ["maze", ("joined", "mask", "trial")], ids=str)
def test_no_draw_of_a_trace_is_near_another_action(name):
    trace = export_of(name).trace
    assert trace.distance >= FAR_ENOUGH and len(trace.acts) >= 500
    kinds = {type(event).__name__ for event in trace.events}
    assert kinds == {"Begin", "Act", "Forget", "Save", "Resume"}
    assert any(act.done.any() for act in trace.acts)
