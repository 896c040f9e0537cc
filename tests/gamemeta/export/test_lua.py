"""Agents in Lua: every cell by LuaJIT, every Lua by one agent, planted faults, and wrong input in words."""

import dataclasses
import shutil
import sys
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

import gamemeta
from gamemeta.assets import find_asset, shipped_agents
from gamemeta.export.binary import AGENT_BIN, agent_bin
from gamemeta.export.checker import run_checker
from gamemeta.export.description import describe
from gamemeta.export.exporter import export_agent
from gamemeta.export.registry import targets
from gamemeta.export.trace_file import TRACE_BIN
from tests.helpers.exports import FEW, WITH_ATTENTION, agent_for, with_weight, without_range

pytest.importorskip("lupa")
LUA = targets()["lua"]
RUNTIMES = ("luajit21", "luajit20", "lua51", "lua52", "lua53", "lua54", "lua55")


def exported(agent, folder: Path) -> Path:
    (result,) = export_agent(agent, [LUA], folder / "lua")
    assert result.checked is not None and result.checked.good
    return result.folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return exported(agent_for("gru", "mixed", "episode"), tmp_path_factory.mktemp("lua"))


@pytest.mark.parametrize("name", shipped_agents())
def test_a_shipped_agent_plays_as_in_python(name, tmp_path):
    exported(gamemeta.load(name, backend="numpy"), tmp_path)


@pytest.mark.parametrize("case", [*FEW, *WITH_ATTENTION], ids=" ".join)
def test_an_agent_of_every_kind_plays_as_in_python(case, tmp_path):
    exported(agent_for(*case), tmp_path)


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_every_lua_plays_as_python(runtime, folder):
    def commands(folder, build):
        files = [str(folder / AGENT_BIN), str(folder / TRACE_BIN)]
        return [[sys.executable, str(folder / "check.py"), runtime, *files]]

    assert run_checker(dataclasses.replace(LUA, commands=commands), folder).good


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("numbered(row.steps, width, h - 1)", "numbered(row.steps, width, h)"),
        ("  copy(start and agent.start or row.state", "  copy(row.state"),
        ("      row.begun = false\n", ""),
        ("sigmoid(p[w + i] + q[w + i]) *", "0.999 * sigmoid(p[w + i] + q[w + i]) *"),
    ],
    ids=["stream", "clear at an episode's end", "forget", "arithmetic"],
)
def test_a_planted_fault_is_found(right, wrong, folder, tmp_path):
    broken = Path(shutil.copytree(folder, tmp_path / "broken"))
    source = (broken / "gamemeta.lua").read_text("utf-8")
    assert source.count(right) == 1
    (broken / "gamemeta.lua").write_text(source.replace(right, wrong), "utf-8")
    assert not run_checker(LUA, broken).good


def test_a_planted_weight_is_found(folder, tmp_path):
    broken = Path(shutil.copytree(folder, tmp_path / "broken"))
    description = describe(agent_for("gru", "mixed", "episode"))
    dict(description.arrays)["cells.0.recurrent"][3, 5] += 0.01
    (broken / AGENT_BIN).write_bytes(agent_bin(description))
    assert not run_checker(LUA, broken).good


@pytest.fixture(scope="module", params=["luajit21", "lua51", "lua54"])
def lua(request):
    runtime = import_module(f"lupa.{request.param}").LuaRuntime(encoding="latin-1")
    source = find_asset("runtimes/lua/gamemeta.lua")
    assert source is not None
    runtime.globals().gamemeta = runtime.execute(source.read_text("utf-8"))
    runtime.globals().bytes = agent_bin(describe(agent_for("gru", "mixed"))).decode("latin-1")
    runtime.globals().infinite = with_weight(("gru", "mixed"), np.nan).decode("latin-1")
    runtime.globals().enormous = with_weight(("gru", "mixed"), 3e38).decode("latin-1")
    runtime.globals().no_range = without_range("gru", "mixed").decode("latin-1")
    runtime.globals().other = agent_bin(describe(agent_for("mingru", "numbers"))).decode("latin-1")
    runtime.execute("""
        agent = assert(gamemeta.load(bytes))
        mind = agent:begin(1, 7)
        function seen() return { place = { 0, 2 }, speed = { 0.5, -1 } } end
        function words(obs, reward, done)
            local before = mind:memory()
            local good, wrong = pcall(mind.act, mind, obs, reward, done)
            assert(not good and mind:memory() == before)
            return wrong
        end
        function changed(name, value) local obs = seen() obs[name] = value return obs end
    """)
    return runtime


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("words(nil, 0, false)", "by name"),
        ("words(changed('speed', nil), 0, false)", "obs.speed is missing"),
        ("words(changed('speed', {1}), 0, false)", "obs.speed has 1 numbers"),
        ("words(changed('speed', {1, 0 / 0}), 0, false)", "obs.speed: number 2 is"),
        ("words(changed('place', {0, 3}), 0, false)", "from 0 to 2"),
        ("words(changed('place', {0.5, 0}), 0, false)", "from 0 to 2"),
        ("words(seen(), 1 / 0, false)", "reward is"),
        ("words(seen(), 0, 0)", "true or false"),
        ("select(2, pcall(agent.begin, agent, 0))", "at least one mind"),
        ("select(2, pcall(agent.begin, agent, 1, -1))", "seed"),
        ("select(2, pcall(mind.forget, mind, {true, false}))", "forget"),
        ("select(2, gamemeta.load(bytes:sub(1, -9)))", "cut off"),
        ("select(2, gamemeta.load('nothing'))", "no agent.bin"),
        ("select(2, gamemeta.load(infinite))", "agent.bin is damaged"),
        ("select(2, gamemeta.load(no_range))", "agent.bin is damaged"),
        ("select(2, pcall(gamemeta.load_file, {}))", "give the name of agent.bin"),
        ("select(2, gamemeta.load_file('/nowhere/agent.bin'))", "cannot be opened"),
        ("select(2, agent:resume(mind:memory():sub(1, -3)))", "damaged"),
        ("select(2, agent:resume('x'))", "cut off"),
        ("select(2, gamemeta.load(other):resume(mind:memory()))", "another agent"),
    ],
)
def test_wrong_input_is_told_in_words(call, expected, lua):
    assert expected in lua.eval(call)


def test_an_answer_that_no_float_holds_is_an_error_and_not_remembered(lua):
    lua.execute("enormous_mind = assert(gamemeta.load(enormous)):begin(1, 7) before = enormous_mind:memory()")
    assert "NaN or infinity" in lua.eval(
        "select(2, pcall(enormous_mind.act, enormous_mind, seen(), 0, false))"
    )
    assert lua.eval("before == enormous_mind:memory()")


def test_a_memory_goes_to_python_and_back(lua):
    lua.execute("mind = agent:begin(1, 7) for k = 1, 5 do mind:act(seen(), 0.25 * k, k == 3) end")
    agent = agent_for("gru", "mixed")
    memory = lua.eval("mind:memory()").encode("latin-1")
    mind = agent.resume(memory)
    assert mind.memory == memory
    shown = {"place": [0, 2], "speed": [0.5, -1.0]}
    code, *numbers = mind.decide(shown, 0.5, False).tolist()
    lua.globals().saved = memory.decode("latin-1")
    mine = lua.eval("{ assert(agent:resume(saved)):act(seen(), 0.5, false) }")
    assert mine[1] == code
    assert [mine[2], mine[3]] == pytest.approx(numbers, abs=1e-5)
