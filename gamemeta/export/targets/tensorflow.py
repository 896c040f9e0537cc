"""The target `tensorflow`: a SavedModel and a .tflite."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from gamemeta.errors import ExportError
from gamemeta.export.graph.metadata import KEY
from gamemeta.export.graph.plain import plain_graph
from gamemeta.export.target import Command, Export, Target
from gamemeta.export.targets.onnx import around_graphs
from gamemeta.export.trace_file import TRACE_BIN, trace_bin

ABOUT = "agent.json"
"""What the models have no place for: columns of the memory, names, digests."""
MODELS = ("agent.tflite", "saved_model/saved_model.pb")
INSTALL = 'pip install "gamemeta[tensorflow]"'
WRITER = "gamemeta.export.graph.in_tensorflow"
SECONDS = 600
"""Longest that TensorFlow may take to write a model."""


def files(export: Export) -> Mapping[str, bytes]:
    """The models, what they have no place for, and the golden trace."""
    graph = plain_graph(export)
    return files_around(export, graph, _written(graph))


def files_around(export: Export, graph: bytes, models: dict[str, bytes]) -> Mapping[str, bytes]:
    """The models that TensorFlow has written from a graph, and all that goes with them."""
    digests = {Path(name).name: sha256(models[name]).hexdigest() for name in MODELS}
    about = _about(graph) | {"models": digests}
    return {
        **models,
        ABOUT: (json.dumps(about, indent=1) + "\n").encode(),
        TRACE_BIN: trace_bin(export.trace),
        **around_graphs(),
    }


def _written(graph: bytes) -> dict[str, bytes]:
    """The files of both models, written by a process of its own."""
    with tempfile.TemporaryDirectory(prefix="gamemeta-tensorflow-") as folder:
        model, out = Path(folder, "agent.onnx"), Path(folder, "out")
        model.write_bytes(graph)
        out.mkdir()
        quiet = os.environ | {"TF_CPP_MIN_LOG_LEVEL": "2", "CUDA_VISIBLE_DEVICES": ""}
        command = [sys.executable, "-m", WRITER, str(model), str(out)]
        try:
            done = subprocess.run(
                command,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=SECONDS,
                env=quiet,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise ExportError(f"TensorFlow cannot be run: {error}.") from error
        if done.returncode:
            raise ExportError(f"TensorFlow cannot write this agent: {done.stderr.strip()[-500:]}")
        return read_folder(out)


def read_folder(folder: Path) -> dict[str, bytes]:
    """All files of a folder and of those within it, by their names from there."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def _about(graph: bytes) -> dict[str, Any]:
    """The metadata of the graph, and type and columns of its inputs."""
    import onnx

    model = onnx.load_from_string(graph)
    metadata: dict[str, Any] = json.loads({each.key: each.value for each in model.metadata_props}[KEY])
    kinds = ((each.name, each.type.tensor_type) for each in model.graph.input)
    return metadata | {
        "inputs": [
            [name, onnx.helper.tensor_dtype_to_np_dtype(kind.elem_type).name, kind.shape.dim[-1].dim_value]
            for name, kind in kinds
        ]
    }


def refuses(export: Export) -> str:
    """Whether a package that writes the models is missing."""
    missing = [name for name in ("onnx", "tensorflow") if find_spec(name) is None]
    return f"writing it needs {' and '.join(missing)}. Run: {INSTALL}" if missing else ""


def commands(folder: Path, build: Path) -> Sequence[Command]:
    """The checker needs NumPy and LiteRT."""
    return [[sys.executable, "-B", str(folder / "check.py"), str(folder)]]


TARGET = Target(
    name="tensorflow",
    about="a SavedModel, and a .tflite for LiteRT: memory is an input and an output",
    tools=("python:ai_edge_litert",),
    commands=commands,
    files=files,
    refuses=refuses,
    attention=True,
    binary=False,
)
