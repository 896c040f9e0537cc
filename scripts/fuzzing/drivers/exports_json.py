"""Plays cases of scripts/fuzzing/cases.py by read.py, the reader of the target `json`."""

import json
import sys
from importlib import import_module
from typing import Any

import numpy as np

from gamemeta.assets import asset
from scripts.fuzzing.driver import GOOD, REFUSED, Foreign
from scripts.fuzzing.drivers.exports_onnx import ODD

POOLS = ("symbols", "quantities", "quantities", "images")


def _reader() -> Any:
    place = str(asset("runtimes/json/read.py").parent)
    if place not in sys.path:
        sys.path.insert(0, place)
    return import_module("read")


def play(case: dict[str, Any]) -> str:
    """What becomes of a case."""
    reader = _reader()
    try:
        document = json.loads(case["agent"])
    except (ValueError, RecursionError):
        return f"{REFUSED}no JSON"
    try:
        with np.errstate(all="ignore"):
            _play(reader, document, case)
    except reader.GamemetaError as error:
        return REFUSED + str(error)
    return GOOD


def _play(reader: Any, document: Any, case: dict[str, Any]) -> None:
    agent = reader.Agent(document)
    minds = [reader.Mind(agent, case["seed"], i, agent.skill) for i in range(case["n"])]
    _steps(reader, agent, minds, case, case["longer"])
    if case["odd"] >= 0:
        _odd_call(reader, agent, minds, case)
    for mind in minds:
        mind.forget()
    _steps(reader, agent, reader.resumed(agent, case["memory"]), case, 0)


def _shown(agent: Any, case: dict[str, Any], longer: int = 0) -> list[list[Any]]:
    return [
        np.resize(case[POOLS[part["kind"]]], max(0, part["size"] + longer)).tolist() for part in agent.parts
    ]


def _steps(reader: Any, agent: Any, minds: list[Any], case: dict[str, Any], longer: int) -> None:
    for t in range(3):
        for i, mind in enumerate(minds):
            before = reader.memory_of([mind])
            try:
                reward = float(case["reward"][i % 2])
                answer = mind.act(_shown(agent, case, longer), reward, bool(case["done"][(t + i) % 3]))
            except reader.GamemetaError:
                if reader.memory_of([mind]) != before:
                    raise Foreign("a wrong act has changed the memory") from None
                raise
            if len(answer) != len(agent.heads) + agent.numbers or not np.isfinite(answer).all():
                raise Foreign("an action is not finite, or of another length")
            if not all(0 <= code < choices for code, choices in zip(answer, agent.heads, strict=False)):
                raise Foreign("an action is no choice")


def _odd_call(reader: Any, agent: Any, minds: list[Any], case: dict[str, Any]) -> None:
    value, obs, mind = ODD[case["odd"] % len(ODD)], _shown(agent, case), minds[0]
    part = case["odd"] % max(1, len(obs))
    instead = [value if k == part else values for k, values in enumerate(obs)]
    inside = [[*values[:-1], value] if k == part else values for k, values in enumerate(obs)]
    calls = (
        lambda: reader.Agent(value),
        lambda: reader.resumed(agent, value),
        lambda: reader.Mind(agent, value, 0, 1.0),
        lambda: reader.Mind(agent, 1, 0, value),
        lambda: mind.act(value, 0, False),
        lambda: mind.act(obs, value, False),
        lambda: mind.act(obs, 0, value),
        lambda: mind.act(instead, 0, False),
        lambda: mind.act(inside, 0, False),
    )
    before = reader.memory_of([mind])
    try:
        calls[case["place"] % len(calls)]()
    except reader.GamemetaError:
        if reader.memory_of([mind]) != before:
            raise Foreign("a wrong call has changed the memory") from None
        raise
