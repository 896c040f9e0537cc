"""Faults that are planted in exports, one at a time, and what their checkers find."""

import shutil
from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import replace
from functools import partial
from pathlib import Path

import gamemeta
from gamemeta.agent.backend import NUMPY
from gamemeta.agent.runtime import Agent
from gamemeta.export.binary import AGENT_BIN, agent_bin
from gamemeta.export.checker import run_checker
from gamemeta.export.description import Description, describe
from gamemeta.export.exporter import export_agent
from gamemeta.export.folder import write_files
from gamemeta.export.target import Export, Target
from gamemeta.export.trace import golden_trace

WEIGHT, CLEAR, STREAM = "one weight", "one missed clear", "the next of the stream"
SOURCES: Mapping[str, tuple[str, dict[str, tuple[str, str]]]] = {
    "c": (
        "gamemeta.h",
        {
            CLEAR: ("(a->memory == 1 && done[i])", "0"),
            STREAM: (
                "(uint64_t)(a->heads + a->numbers) + (uint64_t)h",
                "(uint64_t)a->heads + (uint64_t)h + 1",
            ),
        },
    ),
    "csharp": (
        "Gamemeta.cs",
        {
            CLEAR: ("(agent.memory == 1 && done)", "false"),
            STREAM: ("Streams.Uniform(lane, draw + (ulong)h)", "Streams.Uniform(lane, draw + (ulong)h + 1)"),
        },
    ),
    "godot": (
        "gamemeta.gd",
        {
            CLEAR: ("(agent.clearing == 1 and done[i])", "false"),
            STREAM: ("(heads + agent.numbers) + h)", "(heads + agent.numbers) + h + 1)"),
        },
    ),
    "js": (
        "gamemeta.mjs",
        {
            CLEAR: ("(this.agent.clearing === 1 && Boolean(done))", "false"),
            STREAM: ("    add(0, k);\n", "    add(0, k + 1);\n"),
        },
    ),
    "lua": (
        "gamemeta.lua",
        {
            CLEAR: ("  copy(start and agent.start or row.state", "  copy(row.state"),
            STREAM: ("numbered(row.steps, width, h - 1)", "numbered(row.steps, width, h)"),
        },
    ),
    "html": ("index.html", {STREAM: ("    add(0, k);\n", "    add(0, k + 1);\n")}),
    "json": (
        "read.py",
        {
            CLEAR: ("(memory == 1 and done)", "False"),
            STREAM: ("self.steps * width + h)", "self.steps * width + h + 1)"),
        },
    ),
    "onnx": (
        "gamemeta_graph.py",
        {STREAM: ("(numbers * GOLDEN + GOLDEN)", "((numbers + np.uint64(1)) * GOLDEN + GOLDEN)")},
    ),
}
"""A source of the runtime, and what is replaced in it. A clear that is not here is left out of the model."""


def clearing_agent() -> Agent:
    """The agent of mazes, whose memory is made to last an episode."""
    agent = copy(gamemeta.load("maze", backend=NUMPY))
    agent.memory = "episode"
    return agent


class Planting:
    """Faults in the exports of one agent.

    Args:
        place: an empty folder.
    """

    def __init__(self, place: Path) -> None:
        self.place, self.agent = place, clearing_agent()
        self.trace = golden_trace(self.agent)

    def found(self, target: Target) -> dict[str, str]:
        """What the checker of a target finds of every fault, in words.

        Raises:
            ExportError: it finds one where there is none, or a fault stops it.
        """
        whole = self.place / target.name
        export_agent(self.agent, [target], whole)
        faults: dict[str, Callable[[Path], None]] = {
            WEIGHT: lambda folder: self._write(target, folder, self._changed()),
            CLEAR: lambda folder: self._write(target, folder, self._never_clearing()),
        }
        if target.name == "unity":
            faults[STREAM] = uneven
        name, replaced = SOURCES.get(target.name, ("", {}))
        for fault, words in replaced.items():
            faults[fault] = partial(_replace, name, words)
        return {fault: self._result(target, whole, plant) for fault, plant in faults.items()}

    def _result(self, target: Target, whole: Path, plant: Callable[[Path], None]) -> str:
        broken = self.place / f"{target.name}-broken"
        shutil.copytree(whole, broken)
        try:
            plant(broken)
            checked = run_checker(target, broken)
        finally:
            shutil.rmtree(broken)
        what = f"error {checked.error:.1e}, {checked.equal:,} of {checked.actions:,} actions"
        return f"not found: {what}" if checked.good else what

    def _changed(self) -> Description:
        description = describe(self.agent)
        dict(description.arrays)["actor"][0, 0] += 0.01
        return description

    def _never_clearing(self) -> Description:
        description = describe(self.agent)
        integers = [(name, 0 if name == "memory" else value) for name, value in description.integers]
        return replace(description, integers=integers)

    def _write(self, target: Target, folder: Path, description: Description) -> None:
        files = dict(target.files(Export("planted", description, self.trace)))
        if target.binary:
            files[AGENT_BIN] = agent_bin(description)
        write_files(folder, files)


def _replace(name: str, words: tuple[str, str], folder: Path) -> None:
    right, wrong = words
    source = (folder / name).read_text("utf-8")
    if right not in source:
        raise SystemExit(f"{name}: there is no {right!r} to plant a fault in.")
    (folder / name).write_text(source.replace(right, wrong), "utf-8")


def uneven(folder: Path) -> None:
    """Random numbers of a model that draws by itself from half of their range."""
    import onnx

    model = onnx.load(folder / "ml-agents.onnx")
    node = next(node for node in model.graph.node if node.op_type == "RandomUniformLike")
    node.attribute.append(onnx.helper.make_attribute("high", 0.5))
    onnx.save(model, folder / "ml-agents.onnx")
