"""Agents of every cell, observation and action as SavedModel and .tflite.

    python scripts/evidence/tensorflow_models.py [GAME ..]

Needs the extra `tensorflow`. Writes each agent by TensorFlow in this one process, replays its golden trace on
LiteRT and on the SavedModel, and prints a line of what was found. With names of games, these agents alone.
"""

import os
import sys
import tempfile
from collections.abc import Mapping
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

import gamemeta
from gamemeta.assets import asset, shipped_agents
from gamemeta.export.checker import Checked
from gamemeta.export.description import describe
from gamemeta.export.folder import write_files
from gamemeta.export.graph.plain import plain_graph
from gamemeta.export.target import Export
from gamemeta.export.targets import tensorflow as target
from gamemeta.export.trace import golden_trace
from tests.helpers.exports import CELLS, FEW, SPECS, agent_for, fits

PACKAGES = ("tensorflow_cpu", "ai-edge-litert", "onnx", "numpy")


def agents(games: list[str]) -> dict[str, Any]:
    """Agents by name: shipped ones, and small ones of everything."""
    found = {name: gamemeta.load(name, backend="numpy") for name in games or shipped_agents()}
    if not games:
        pairs = [(cell, spec) for cell in CELLS for spec in SPECS if fits(cell, spec)]
        found |= {" ".join(pair): agent_for(*pair) for pair in pairs}
        found |= {" ".join(few): agent_for(*few) for few in FEW}
    return found


def written(export: Export, folder: Path) -> Mapping[str, bytes]:
    """Write an export's models by TensorFlow in this process, and all files that its checker needs."""
    writer, graph = import_module("gamemeta.export.graph.in_tensorflow"), plain_graph(export)
    with tempfile.TemporaryDirectory() as models:
        Path(models, "agent.onnx").write_bytes(graph)
        writer.main(str(Path(models, "agent.onnx")), models)
        found = target.read_folder(Path(models))
    found.pop("agent.onnx")
    files = target.files_around(export, graph, found)
    write_files(folder, files)
    return files


def row(name: str, agent: Any) -> tuple[bool, str]:
    """Whether both models of an agent do what Python does, and what was found, in a line."""
    player, replay = import_module("gamemeta_tensorflow"), import_module("replay")
    with tempfile.TemporaryDirectory() as folder:
        files = written(Export(name, describe(agent), golden_trace(agent)), Path(folder))
        played, words, good = [], [], True
        for model in ("agent.tflite", "saved_model"):
            played.append(replay.replayed(player.Agent(Path(folder, model)), Path(folder, "trace.bin")))
            found = Checked(played[-1].error, played[-1].equal, played[-1].actions, played[-1].memory)
            good &= found.good
            words += [f"{found.error:.1e}", f"{found.equal:,} of {found.actions:,}"]
            words += ["equal" if found.memory else "DIFFERENT", f"{replay.microseconds(played[-1]):.0f}"]
    sizes = [f"{len(files[model]) / 1000:,.0f}" for model in target.MODELS]
    return good, f"| {name} | {' | '.join(sizes + words)} |"


def main(games: list[str]) -> int:
    for folder in ("graph", "tensorflow"):
        sys.path.insert(0, str(asset(f"runtimes/{folder}/gamemeta_{folder}.py").parent))
    print(*(f"{name} {version(name)}" for name in PACKAGES), sep=", ")
    print("| agent | kB: .tflite | SavedModel | LiteRT: error | actions | memory | us |", end="")
    print(" SavedModel: error | actions | memory | us |\n" + "|---" * 11 + "|")
    failed = 0
    for name, agent in agents(games).items():
        good, words = row(name, agent)
        failed += not good
        print(words if good else f"{words} FAILED", flush=True)
    print("all do what Python does" if not failed else f"{failed} FAILED")
    return int(failed > 0)


if __name__ == "__main__":
    os.environ.update(TF_CPP_MIN_LOG_LEVEL="2", CUDA_VISIBLE_DEVICES="")
    sys.exit(main(sys.argv[1:]))
