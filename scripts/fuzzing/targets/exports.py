"""Runtimes of exported agents: damaged weights, save games and observations, each in its own language."""

import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from gamemeta.assets import asset
from gamemeta.export.binary import agent_bin
from gamemeta.export.description import Description, describe
from gamemeta.export.graph.plain import plain_graph
from gamemeta.export.target import Export
from gamemeta.export.targets.json import agent_json
from gamemeta.export.trace import Trace
from scripts.fuzzing.cases import SHOWN, damaged, mutate, observations, parsed, text
from scripts.fuzzing.driver import GOOD, REFUSED, Driver, Foreign, Refused
from scripts.fuzzing.mutations import BYTE_CHANGES, change_value, mutated_by
from scripts.fuzzing.target import Target
from tests.helpers.exports import FEW, agent_for

DRIVERS = Path(__file__).parents[1] / "drivers"
NO_TRACE = Trace(*(None,) * 3, 0)  # type: ignore[arg-type]
Written = Callable[[Description], bytes]


def targets() -> Iterator[Target]:
    """A target for each runtime whose language is installed."""
    if shutil.which("node"):
        yield _target("js", agent_bin, lambda data: _javascript().play(data))
    if shutil.which("mcs") and shutil.which("mono"):
        yield _target("csharp", agent_bin, lambda data: _csharp().play(data))
    for lua in ("luajit21", "lua54"):
        yield _target(lua, agent_bin, partial(_play_lua, lua))
    yield _target("onnx", _onnx, partial(_play_python, "exports_onnx"), mutated_by(*BYTE_CHANGES))
    yield _target("json", agent_json, partial(_play_python, "exports_json"), mutated_by(change_value))


def _target(name: str, written: Written, play: Callable[[bytes], None], damage: Any = None) -> Target:
    change = mutate(damaged if damage is None else lambda random, data: damage(random, [data]))
    return Target(
        name=f"exports/{name}",
        seeds=partial(_seeds, written),
        play=lambda data, folder: play(data),
        mutate=change,
        refusals=(Refused,),
    )


def _seeds(written: Written) -> Sequence[bytes]:
    """Agents of all kinds, each with the memory of two minds that have acted."""
    cases = []
    for k, few in enumerate(FEW):
        agent = agent_for(*few)
        minds = agent.with_skill(0.5 if k % 3 == 0 else 1.0).begin(2, 7)
        shown = {part.name: np.ones((2, *part.shape), part.dtype) for part in agent.spec.obs}
        for _ in range(3):
            minds.act(shown, [0.5, 0.0], [False, True])
        cases.append({"agent": written(describe(agent)), "memory": minds.memory, "n": 2, "seed": 1})
    shown_to_all = observations(Random(0), odd=False) | {"odd": -1, "place": 0}
    return [text(case | shown_to_all) for case in cases]


def _onnx(description: Description) -> bytes:
    return plain_graph(Export("fuzzed", description, NO_TRACE))


@cache
def _javascript() -> Driver:
    return Driver(["node", str(DRIVERS / "exports.mjs"), str(asset("runtimes/js/gamemeta.mjs"))])


@cache
def _csharp() -> Driver:
    program = Path(tempfile.mkdtemp(prefix="gamemeta-fuzz-")) / "exports.exe"
    sources = [asset("runtimes/csharp/Gamemeta.cs"), DRIVERS / "Exports.cs"]
    subprocess.run(["mcs", "-langversion:7.2", *map(str, sources), f"-out:{program}"], check=True)
    return Driver(["mono", str(program)])


@cache
def _lua(name: str) -> tuple[Any, Callable[[Any], str]]:
    """Lua, and its function that plays a case."""
    lua = import_module(f"lupa.{name}").LuaRuntime(encoding="latin-1")
    loaded = lua.eval("function(source, name) return assert((loadstring or load)(source, name))() end")
    gamemeta = loaded(asset("runtimes/lua/gamemeta.lua").read_text("utf-8"), "=gamemeta")
    play = loaded((DRIVERS / "exports.lua").read_text("utf-8"), "=driver")
    return lua, lambda case: play(gamemeta, case)


def _play_lua(name: str, data: bytes) -> None:
    lua, play = _lua(name)
    case: dict[str, Any] = dict(parsed(data))
    for word, kind in SHOWN.items():
        case[word] = lua.table_from(np.frombuffer(case[word], kind).tolist())
    case["seed"] = f"0x{case['seed']:016X}"
    case["agent"], case["memory"] = (case[word].decode("latin-1") for word in ("agent", "memory"))
    _answered(play(lua.table_from(case)))


def _play_python(driver: str, data: bytes) -> None:
    case: dict[str, Any] = dict(parsed(data))
    case |= {word: np.frombuffer(case[word], kind) for word, kind in SHOWN.items()}
    _answered(import_module(f"scripts.fuzzing.drivers.{driver}").play(case))


def _answered(answer: str) -> None:
    if answer.startswith(REFUSED):
        raise Refused(answer.removeprefix(REFUSED))
    if answer != GOOD:
        raise Foreign(answer)
