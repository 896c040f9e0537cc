"""Plays cases of scripts/fuzzing/cases.py by gamemeta_onnx.py."""

import sys
from functools import lru_cache
from importlib import import_module
from typing import Any

import numpy as np

from gamemeta.assets import asset
from scripts.fuzzing.driver import GOOD, REFUSED, Foreign

ODD: tuple[Any, ...] = (
    *(2**20, 2**24),
    *(
        None,
        True,
        "x",
        "1",
        b"x",
        -1,
        1.5,
        2**70,
        -(2**70),
        10**400,
        float("nan"),
        float("inf"),
        1j,
        {},
        [],
        [[]],
    ),
    *([None], ["a", "b"], [[1], [1, 2]], object(), print, np.zeros(0), np.zeros((2, 2, 2)), np.array(None)),
    *(
        np.array(["x", "y"]),
        np.array([1, 2**40]),
        np.array([1j, 0]),
        np.datetime64("NaT"),
        iter([1, 2]),
        {1, 2},
    ),
    *(np.array([np.nan, 1]), np.float64(1e300), range(2), memoryview(b"ab"), bytearray(3)),
)


@lru_cache(16)
def _agent(model: bytes) -> Any:
    return _runtime("gamemeta_onnx").Agent(model)


def _runtime(name: str) -> Any:
    for folder in ("graph", "onnx"):
        place = str(asset(f"runtimes/{folder}/gamemeta_{folder}.py").parent)
        if place not in sys.path:
            sys.path.insert(0, place)
    return import_module(name)


def play(case: dict[str, Any]) -> str:
    """What becomes of a case."""
    try:
        _play(case)
    except _runtime("gamemeta_graph").GamemetaError as error:
        return REFUSED + str(error)
    return GOOD


def _play(case: dict[str, Any]) -> None:
    agent = _agent(case["agent"])
    mind = agent.begin(case["n"], case["seed"])
    if case["n"] * sum(columns for _, columns in agent.inputs.values()) > 1_000_000:
        return
    _steps(agent, mind, case, case["longer"])
    if case["odd"] >= 0:
        _odd_call(agent, mind, case)
    mind.forget()
    _steps(agent, agent.resume(case["memory"]), case, 0)


def _shown(agent: Any, n: int, case: dict[str, Any], longer: int = 0) -> dict[str, Any]:
    return {
        name: np.resize(case[name], (n, max(0, agent.inputs[name][1] + longer)))
        for name in ("symbols", "quantities", "images")
        if name in agent.inputs
    }


def _steps(agent: Any, minds: Any, case: dict[str, Any], longer: int) -> None:
    n = minds.n
    for t in range(3):
        before = minds.memory
        try:
            done = np.resize(case["done"][t:], n)
            answer = minds.act(_shown(agent, n, case, longer), np.resize(case["reward"], n), done)
        except ValueError:
            if minds.memory != before:
                raise Foreign("a wrong act has changed the memory") from None
            raise
        codes = answer[:, : len(agent.heads)]
        if answer.shape != (n, len(agent.heads) + agent.numbers) or not np.isfinite(answer).all():
            raise Foreign("an action is not finite, or of another shape")
        if not ((codes >= 0) & (codes < np.array(agent.heads)) & (codes == np.floor(codes))).all():
            raise Foreign("an action is no choice")


def _odd_call(agent: Any, minds: Any, case: dict[str, Any]) -> None:
    value, n = ODD[case["odd"] % len(ODD)], minds.n
    obs, zeros = _shown(agent, n, case), [0] * n
    name = ("symbols", "quantities", "images")[case["odd"] % 3]
    calls = (
        lambda: type(agent)(value),
        lambda: agent.resume(value),
        lambda: agent.begin(value),
        lambda: agent.begin(1, value),
        lambda: agent.begin(1, 1, value),
        lambda: minds.act(value, zeros, zeros),
        lambda: minds.act(obs, value, zeros),
        lambda: minds.act(obs, zeros, value),
        lambda: minds.act(obs, [value] * n, zeros),
        lambda: minds.act({**obs, name: value}, zeros, zeros),
        lambda: minds.act({**obs, name: [value] * n}, zeros, zeros),
        lambda: minds.act({**obs, name: [[value] * len(row) for row in obs.get(name, ())]}, zeros, zeros),
        lambda: minds.forget(value),
        lambda: minds.forget([value] * n),
    )
    before = minds.memory
    try:
        calls[case["place"] % len(calls)]()
    except ValueError:
        if minds.memory != before:
            raise Foreign("a wrong call has changed the memory") from None
        raise
