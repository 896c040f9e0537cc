"""The target `json`: weights and golden trace as plain text, for a language that has no target of its own."""

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from gamemeta.export.description import Description
from gamemeta.export.target import Command, Export, Target
from gamemeta.export.trace import Act, Begin, Event, Forget, Resume


def files(export: Export) -> Mapping[str, bytes]:
    """agent.json and trace.json."""
    trace = export.trace
    golden = {
        "symbols": trace.symbols.tolist(),
        "quantities": _plain(trace.quantities),
        "images": trace.images.tolist(),
        "events": [_event(event) for event in trace.events],
    }
    return {"agent.json": agent_json(export.description), "trace.json": _text(golden)}


def agent_json(description: Description) -> bytes:
    """The file agent.json: sizes, names and weights."""
    return _text(
        {
            "digest": description.agent.digest,
            "skill": description.agent.skill,
            "names": description.lines,
            "integers": dict(description.integers),
            "arrays": {name: _plain(array) for name, array in description.arrays},
        }
    )


def _text(data: Any) -> bytes:
    return json.dumps(data, separators=(",", ":")).encode()


def _plain(array: NDArray[Any]) -> Any:
    """Nested lists of numbers, each with as many digits as tell it from other float32 numbers."""
    if array.ndim > 1 and array.size:
        return [_plain(row) for row in array]
    return [float(str(x)) for x in array.ravel()] if array.size else []


def _event(event: Event) -> dict[str, Any]:
    if isinstance(event, Begin):
        return {"begin": {"n": event.n, "seed": str(event.seed), "skill": event.skill}}
    if isinstance(event, Act):
        shown = {"obs": event.obs.tolist(), "reward": _plain(event.reward), "done": event.done.tolist()}
        return {"act": {**shown, "outputs": _plain(event.outputs), "action": _plain(event.action)}}
    if isinstance(event, Forget):
        return {"forget": event.which.tolist()}
    return {"resume" if isinstance(event, Resume) else "save": event.memory.hex()}


def commands(folder: Path, build: Path) -> Sequence[Command]:
    """Run read.py, which needs NumPy alone."""
    return [[sys.executable, str(folder / "read.py"), str(folder / "agent.json"), str(folder / "trace.json")]]


TARGET = Target(
    name="json",
    about="weights and golden trace as documented text, for languages without a target of their own",
    commands=commands,
    files=files,
    binary=False,
    attention=True,
)
