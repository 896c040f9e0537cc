"""Checkpoints: everything a training needs to go on as if it had never stopped.

Two are kept, so that a damaged file costs the time since the checkpoint before and no more.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.errors import AgentFileError, TrainingError
from gamemeta.files import write_atomically
from gamemeta.tensor_file import parse_tensor_file, tensor_file
from gamemeta_levels.files.reading import read_bounded

FORMAT = "gamemeta-checkpoint"
ADVICE = "Give the folder of a run of `gamemeta train`, which keeps whole checkpoints."
MOST_BYTES = 8 * 2**30
"""Largest file that is read."""


class DamagedCheckpoint(TrainingError):
    """A checkpoint that cannot be used; the one before may do."""


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


def save_checkpoint(checkpoint: Checkpoint, path: Path, previous: Path | None = None) -> None:
    """Write atomically.

    Args:
        checkpoint: the state.
        path: the file.
        previous: where the checkpoint that is there now is kept.
    Raises:
        OSError: no room or no right to write; the checkpoint before stays whole.
    """
    about = {
        "game_name": checkpoint.game_name,
        "config": checkpoint.config,
        "iteration": checkpoint.iteration,
        "origin": checkpoint.origin,
    }
    write_atomically(path, tensor_file(FORMAT, about, checkpoint.arrays), keep=previous)


def load_checkpoint(path: Path) -> Checkpoint:
    """Read what `save_checkpoint` wrote.

    Raises:
        DamagedCheckpoint: missing, damaged, of another version, or another kind of file.
    """
    try:
        header, arrays = parse_tensor_file(read_bounded(path, MOST_BYTES), str(path), FORMAT, advice=ADVICE)
        iteration = header["iteration"]
        if type(iteration) is not int or iteration < 0:
            raise ValueError(f"iteration = {iteration!r}")
        check_finite(arrays)
        return Checkpoint(
            game_name=str(header["game_name"]),
            config={name: dict(section) for name, section in dict(header["config"]).items()},
            iteration=iteration,
            origin=dict(header["origin"]),
            arrays=arrays,
        )
    except OSError as error:
        raise DamagedCheckpoint(
            f"{path}: cannot be read: {error.strerror}. Give the directory of a run that has begun."
        ) from error
    except (AgentFileError, KeyError, TypeError, ValueError) as error:
        raise DamagedCheckpoint(f"{path}: this checkpoint cannot be used: {error}") from error


def check_finite(arrays: dict[str, NDArray[Any]]) -> None:
    """Raises ValueError for an array of a checkpoint that holds NaN or infinity."""
    for name, array in arrays.items():
        if array.dtype.kind == "f" and not np.isfinite(array).all():
            raise ValueError(f"{name} of this checkpoint holds NaN or infinity")
