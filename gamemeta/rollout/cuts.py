"""What was reached where trials were cut off by their last episode's step limit, and its values."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.trials.task_learner import Inputs, Step, TaskState


@dataclass
class Cut:
    """What was reached where a trial was cut off by its last episode's step limit."""

    t: int
    rows: NDArray[np.int64]
    inputs: Inputs
    state: TaskState


@dataclass
class CutValues:
    """Values of what was reached where trials were cut off, in the learner's own scale."""

    t: NDArray[np.int64]
    """[M], the last step of each trial."""
    lane: NDArray[np.int64]
    """[M]."""
    value: NDArray[np.float32]
    """[M], of what was reached after it."""


def values_of(cuts: list[Cut], decide: Step, size: int) -> list[CutValues]:
    """The values of what was reached by these cuts.

    Args:
        cuts: in the order of steps.
        decide: the learner's.
        size: most lanes in one call.
    """
    values = []
    for some in _groups(cuts, size):
        t = np.concatenate([np.full(len(cut.rows), cut.t) for cut in some])
        rows = np.concatenate([cut.rows for cut in some])
        inputs, state = _joined([cut.inputs for cut in some]), _joined([cut.state for cut in some])
        value = decide(state, inputs, np.zeros(len(rows), np.uint8))[1].value
        values.append(CutValues(t, rows, value))
    return values


def _groups(cuts: list[Cut], size: int) -> Iterator[list[Cut]]:
    """The cuts in order, some at a time: so many rows at most, or one cut."""
    group: list[Cut] = []
    for cut in cuts:
        if group and sum(len(other.rows) for other in group) + len(cut.rows) > size:
            yield group
            group = []
        group.append(cut)
    if group:
        yield group


def _joined(parts: list[dict[str, NDArray[Any]]]) -> dict[str, NDArray[Any]]:
    """Named arrays, one after the other."""
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
