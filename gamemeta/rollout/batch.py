"""Steps of some lanes, as a meta-learner gets them."""

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from gamemeta.trials.task_learner import Inputs, TaskState


@dataclass
class Batch:
    """Steps [T, n] of some lanes, as a meta-learner gets them."""

    inputs: Inputs
    reset: NDArray[np.uint8]
    """[T, n], the memory is cleared before step t."""
    state: TaskState
    """[n, ...], memory before step 0."""
    action: NDArray[np.int64]
    """[T, n, heads]."""
    log_prob: NDArray[np.float32]
    """[T, n], of the action when it was taken."""
    advantage: NDArray[np.float32]
    """[T, n], normalised."""
    returns: NDArray[np.float32]
    """[T, n], target of the value."""
    reward: NDArray[np.float32]
    """[T, n], what the action earned at once."""
    labels: dict[str, NDArray[np.uint8]]
    """[T, n] by name, bit masks."""
    rows: int
    """Steps in the whole minibatch, of which this may be a part: what sums are divided by."""
    raw: NDArray[np.float32] | None = None
    """[T, n, numbers], the action's numbers before they were squashed; None where it has none."""
    acting: NDArray[np.bool_] | None = None
    """[T, n], whether step t is learned from, the steps of each lane that are before those that are not; None
    where all are."""
    facts: dict[str, NDArray[np.int64]] = field(default_factory=dict)
    """[T, n] by name, the value of each hidden fact, -1 where a level has none."""

    advice: NDArray[np.float32] | None = None
    """[T, n, choices of all heads + numbers], logits and means of a teacher; None where there is none."""

    def learned_from(self) -> "Batch":
        """The steps M that are learned from, [M, ...] in place of [T, n, ...], where not all are."""
        learned = self.acting
        if learned is None:
            return self
        return replace(
            self,
            inputs={name: array[learned] for name, array in self.inputs.items()},
            labels={name: array[learned] for name, array in self.labels.items()},
            facts={name: array[learned] for name, array in self.facts.items()},
            raw=None if self.raw is None else self.raw[learned],
            advice=None if self.advice is None else self.advice[learned],
            **{name: getattr(self, name)[learned] for name in _STEPS},
        )


_STEPS = ("reset", "action", "log_prob", "advantage", "returns", "reward")
