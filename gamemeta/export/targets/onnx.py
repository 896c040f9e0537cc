"""The target `onnx`: one step of an agent as a model file for onnxruntime and everything that reads ONNX."""

import sys
from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

from gamemeta.assets import asset_files
from gamemeta.export.graph.plain import plain_graph
from gamemeta.export.target import Command, Export, Target
from gamemeta.export.trace_file import TRACE_BIN, trace_bin

MODEL = "agent.onnx"
INSTALL = 'pip install "gamemeta[export]"'
TOOLS = ("python:onnx", "python:onnxruntime")


def around_graphs() -> dict[str, bytes]:
    """The files that exports of graphs share."""
    return {path.name: path.read_bytes() for path in asset_files("runtimes/graph")}


def files(export: Export) -> Mapping[str, bytes]:
    """The model, its golden trace, and what stands around a graph."""
    return {MODEL: plain_graph(export), TRACE_BIN: trace_bin(export.trace), **around_graphs()}


def refuses(export: Export) -> str:
    """Whether the package that writes models is missing."""
    return (
        ""
        if find_spec("onnx")
        else f"the package onnx, which writes models, is not installed. Run: {INSTALL}"
    )


def check_by_python(model: str) -> Callable[[Path, Path], Sequence[Command]]:
    """Commands that run check.py on a model; it needs NumPy, onnx and onnxruntime."""
    return lambda folder, build: [
        [sys.executable, "-B", str(folder / "check.py"), str(folder / model), str(folder / TRACE_BIN)]
    ]


TARGET = Target(
    name="onnx",
    about="one model file, opset 15, for onnxruntime in any language: memory is an input and an output",
    tools=TOOLS,
    commands=check_by_python(MODEL),
    files=files,
    refuses=refuses,
    binary=False,
    attention=True,
)
