"""Trials side by side, as a network scans them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gamemeta.demonstrations.demonstration import GOES_ON, Demonstration
from gamemeta.spec import Spec
from gamemeta.trials.task_learner import Inputs

NEAREST = 1 - 1e-4
"""A number at its bound is taken as this share of the way there: its tanh could not be undone."""


@dataclass
class Padded:
    """Steps [T, n] of n trials, the shorter ones filled up with zeros at their ends."""

    inputs: Inputs
    """Observations, and the action, reward and done before each step: empty where memory is cleared."""
    reset: NDArray[np.uint8]
    """Whether memory is cleared before the step."""
    action: NDArray[np.int64]
    """[T, n, heads]."""
    raw: NDArray[np.float32]
    """[T, n, numbers], before they were squashed."""
    reward: NDArray[np.float32]
    end: NDArray[np.uint8]
    """What the step did to its episode."""
    real: NDArray[np.bool_]
    """False where a trial was filled up."""


def padded(trials: Sequence[Demonstration], spec: Spec, memory: str) -> Padded:
    """Trials as an agent meets them that clears its memory so: `trial`, `episode` or `step`."""
    steps = max(trial.steps for trial in trials)

    def filled(arrays: list[NDArray[np.generic]]) -> NDArray[np.generic]:
        out = np.zeros((steps, len(arrays), *arrays[0].shape[1:]), arrays[0].dtype)
        for k, array in enumerate(arrays):
            out[: len(array), k] = array
        return out

    before = [_before(trial, spec, memory) for trial in trials]
    heads = len(spec.action.heads)
    codes = filled([trial.action[:, :heads].astype(np.int64) for trial in trials])
    return Padded(
        inputs={b.name: filled([trial.obs[b.name] for trial in trials]) for b in spec.obs}
        | {b.name: filled([one[b.name] for one in before]) for b in spec.before()},
        reset=filled([_cleared(trial, memory).astype(np.uint8) for trial in trials]),  # type: ignore[arg-type]
        action=codes,  # type: ignore[arg-type]
        raw=filled([_raw(trial, spec) for trial in trials]),  # type: ignore[arg-type]
        reward=filled([trial.reward for trial in trials]),  # type: ignore[arg-type]
        end=filled([trial.end for trial in trials]),  # type: ignore[arg-type]
        real=filled([np.ones(trial.steps, np.bool_) for trial in trials]),  # type: ignore[arg-type]
    )


def _cleared(trial: Demonstration, memory: str) -> NDArray[np.bool_]:
    """Whether memory is cleared before each step."""
    cleared = np.ones(trial.steps, np.bool_)
    if memory != "step":
        cleared[1:] = (trial.end[:-1] != GOES_ON) & (memory == "episode")
    return cleared


def _before(trial: Demonstration, spec: Spec, memory: str) -> Inputs:
    """What the inputs of each step say of the step before."""
    done = (trial.end != GOES_ON).astype(np.uint8)[:, None]
    of_step = spec.action.before(trial.action) | {
        "previous_reward": trial.reward[:, None],
        "previous_done": done,
    }
    keep = ~_cleared(trial, memory)
    shown = {}
    for buffer in spec.before():
        array = of_step[buffer.name]
        late = np.concatenate([np.zeros_like(array[:1]), array[:-1]])
        shown[buffer.name] = (late * keep[:, None]).astype(buffer.dtype)
    return shown


def _raw(trial: Demonstration, spec: Spec) -> NDArray[np.float32]:
    if not spec.action.continuous:
        return np.zeros((trial.steps, 0), np.float32)
    unit = spec.action.before(trial.action)["previous_numbers"]
    raw: NDArray[np.float32] = np.arctanh(np.clip(unit, -NEAREST, NEAREST)).astype(np.float32)
    return raw
