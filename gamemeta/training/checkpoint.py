"""Checkpoints: everything a training needs to go on as if it had never stopped."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load as parse_safetensors
from safetensors.numpy import save as to_safetensors

from gamemeta.errors import AgentFileError, TrainingError
from gamemeta.files import KEY, read_metadata, write_atomically

FORMAT = "gamemeta-checkpoint"
VERSION = 1


@dataclass
class Checkpoint:
    """The state between two iterations."""

    game_name: str
    config: dict[str, Any]
    """Plain values by section."""
    iteration: int
    origin: dict[str, Any]
    """What the training came from: version, commit, and the agent it began with."""
    arrays: dict[str, NDArray[Any]]
    """`learner.*`, `curriculum.*`, `pool.*` and `shard<k>.*`."""


def save_checkpoint(checkpoint: Checkpoint, path: Path) -> None:
    """Write atomically.

    Raises:
        OSError: no room or no right to write; the checkpoint before stays whole.
    """
    header = {
        "format": FORMAT,
        "version": VERSION,
        "game_name": checkpoint.game_name,
        "config": checkpoint.config,
        "iteration": checkpoint.iteration,
        "origin": checkpoint.origin,
    }
    arrays = {name: np.ascontiguousarray(a) for name, a in checkpoint.arrays.items()}
    write_atomically(path, to_safetensors(arrays, metadata={KEY: json.dumps(header)}))


def load_checkpoint(path: Path) -> Checkpoint:
    """Read what `save_checkpoint` wrote.

    Raises:
        TrainingError: missing, damaged, of another version, or another kind of file.
    """
    try:
        data = path.read_bytes()
        header = read_metadata(data, str(path), FORMAT, VERSION)
        iteration = header["iteration"]
        if type(iteration) is not int or iteration < 0:
            raise ValueError(f"iteration = {iteration!r}")
        return Checkpoint(
            game_name=str(header["game_name"]),
            config=dict(header["config"]),
            iteration=iteration,
            origin=dict(header["origin"]),
            arrays=parse_safetensors(data),
        )
    except OSError as error:
        raise TrainingError(
            f"{path}: cannot be read: {error.strerror}. Give the directory of a run that has begun."
        ) from error
    except (AgentFileError, SafetensorError, KeyError, TypeError, ValueError) as error:
        raise TrainingError(f"{path}: this checkpoint cannot be used: {error}") from error
