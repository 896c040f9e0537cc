"""The target `unity`: a model for ML-Agents, and a component that needs no ML-Agents."""

from collections.abc import Mapping

from gamemeta.assets import asset
from gamemeta.export.binary import agent_bin
from gamemeta.export.graph.ml_agents import ml_agents_graph
from gamemeta.export.target import Export, Target
from gamemeta.export.targets.onnx import TOOLS, check_by_python, refuses
from gamemeta.export.trace_file import TRACE_BIN, trace_bin

MODEL = "ml-agents.onnx"
WEIGHTS = "agent.bytes"
"""agent.bin by the name that Unity imports as a TextAsset."""


def files(export: Export) -> Mapping[str, bytes]:
    """The model for ML-Agents, and what the component needs."""
    return {
        MODEL: ml_agents_graph(export),
        "Gamemeta.cs": asset("runtimes/csharp/Gamemeta.cs").read_bytes(),
        WEIGHTS: agent_bin(export.description),
        TRACE_BIN: trace_bin(export.trace),
    }


TARGET = Target(
    name="unity",
    about="a model for ML-Agents, and a component that needs no ML-Agents; Unity itself has not run them",
    tools=TOOLS,
    commands=check_by_python(MODEL),
    files=files,
    refuses=refuses,
    binary=False,
)
