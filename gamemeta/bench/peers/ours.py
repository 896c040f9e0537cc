"""Our side of a comparison, of the same sizes."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from gamemeta.agent.file import read_agent
from gamemeta.agent.runtime import Agent
from gamemeta.assets import asset
from gamemeta.bench.act import act
from gamemeta.bench.figure import Effort, Progress
from gamemeta.bench.peers.catalogue import BATCH, ENVIRONMENTS, EPOCHS, HIDDEN, ROLLOUT_STEPS, VIEW
from gamemeta.bench.report import Report
from gamemeta.bench.sim import sim
from gamemeta.bench.subject import subject
from gamemeta.bench.train import train
from gamemeta.spec import Symbols

SHIPPED = "agents/maze.safetensors"
TRAINING = (
    f"network.width={HIDDEN}",
    f"run.lanes={ENVIRONMENTS}",
    f"run.rollout_steps={ROLLOUT_STEPS}",
    "run.shards=1",
    "run.threads=1",
    f"ppo.minibatches={ENVIRONMENTS * ROLLOUT_STEPS // BATCH}",
    f"ppo.epochs={EPOCHS}",
)


def ours(kind: str, effort: Effort, progress: Progress) -> Report:
    """Our figure of this kind: `sim`, `train` with the peers' sizes, `default` training, or `act`."""
    if kind == "sim":
        return sim(subject("maze", VIEW), effort, progress=progress)
    if kind == "train":
        return train(subject("maze", VIEW, TRAINING), effort, progress=progress)
    if kind == "default":
        return train(subject("maze", None, ("run.threads=1",)), effort, progress=progress)
    return act(Agent(read_agent(asset(SHIPPED))), "the shipped maze agent", effort, progress=progress)


@contextmanager
def sizes_for_peers(effort: Effort) -> Iterator[dict[str, Any]]:
    """Input of a script: sizes, effort, and a file with the weights of the shipped agent."""
    agent = read_agent(asset(SHIPPED))
    with tempfile.TemporaryDirectory() as folder:
        weights = Path(folder) / "weights.npz"
        np.savez(weights, **agent.weights)
        yield {
            "repeats": effort.repeats,
            "seconds": effort.seconds,
            "view": VIEW,
            "hidden": HIDDEN,
            "environments": ENVIRONMENTS,
            "rollout_steps": ROLLOUT_STEPS,
            "batch": BATCH,
            "epochs": EPOCHS,
            "weights": str(weights),
            "symbols": [[b.name, b.size, b.codes] for b in agent.spec.inputs() if isinstance(b, Symbols)],
        }
