"""Files of demonstrations, and those of Godot RL Agents' recorder."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from gamemeta.demonstrations.demonstration import (
    GOES_ON,
    PERSON,
    SOLVER,
    TERMINATED,
    Demonstration,
    PlayedLevel,
    Player,
)
from gamemeta.demonstrations.file import FORMAT, Demonstrations, read_demonstrations
from gamemeta.demonstrations.godot import converted
from gamemeta.demonstrations.padded import padded
from gamemeta.spec import ActionSpec, Spec, quantities, symbols
from scripts.fuzzing.target import Target
from scripts.fuzzing.targets.files import mutate_arrays

CHOICES = Spec(obs=(symbols("place", (2,), 9), quantities("x", (1,))), action=ActionSpec(heads=(3, 2)))
NUMBERS = Spec(obs=(quantities("obs", (2,)),), action=ActionSpec(heads=(2,), low=(-1.0,), high=(1.0,)))
RECORDED = [[[[0.5, 1.0], [0, 0.25], [1, 1]], [[1, 0.5], [0, -1]]], [[[0, 0], [1, 2]], [[0, 1.0]]]]


def targets() -> Iterator[Target]:
    """Both kinds of file."""
    yield Target(name="demonstrations/file", seeds=_files, play=_play, mutate=mutate_arrays(FORMAT))
    yield Target(name="demonstrations/recorder", seeds=_recorded, play=_convert)


def _files() -> Sequence[bytes]:
    return [_plays(spec).to_bytes() for spec in (CHOICES, NUMBERS)]


def _plays(spec: Spec) -> Demonstrations:
    trials = []
    for k, player in enumerate((Player(PERSON), Player(SOLVER, "plan"))):
        end = np.array([GOES_ON, TERMINATED, GOES_ON, TERMINATED][: 4 - k], np.uint8)
        trials.append(
            Demonstration(
                obs={b.name: np.ones((len(end), *b.shape), b.dtype) for b in spec.obs},
                action=np.ones((len(end), spec.action.width), spec.action.dtype),
                reward=np.ones(len(end), np.float32),
                end=end,
                imitated=np.ones(len(end), np.bool_),
                level=PlayedLevel(k * 77, k),
                player=player,
            )
        )
    return Demonstrations("maze", {"view": 5}, {"width": [5, 9]}, spec, trials)


def _play(data: bytes, folder: Path) -> None:
    """What `gamemeta demos info` and a training do with such a file."""
    path = folder / "plays"
    path.write_bytes(data)
    made = read_demonstrations(path)
    assert made.to_bytes()
    for memory in ("trial", "episode", "step"):
        padded(made.trials, made.spec, memory)
    assert [trial.level.split for trial in made.trials]


def _recorded() -> Sequence[bytes]:
    return [json.dumps(RECORDED).encode()]


def _convert(data: bytes, folder: Path) -> None:
    path = folder / "recorded.json"
    path.write_bytes(data)
    converted(path, Demonstrations("godot", {}, {}, NUMBERS), None, 2).to_bytes()
