"""The two loops as protocols: a task learner adapts within a trial, a meta-learner across trials."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Inputs = dict[str, NDArray[Any]]
"""Named buffers of `Spec.inputs()`: [n, ...] for a step, [T, n, ...] for a scan."""
TaskState = dict[str, NDArray[Any]]
"""Named arrays [n, ...] of fixed size: memory, belief or weights."""


@dataclass
class Normals:
    """A normal distribution for each number of an action, before it is squashed into its bounds."""

    mean: NDArray[np.float32]
    """[n, numbers]."""
    log_std: NDArray[np.float32]
    """[n, numbers]."""


@dataclass
class Decision:
    """What a task learner answers to one input."""

    logits: tuple[NDArray[np.float32], ...]
    """One [n, actions] for each head."""
    value: NDArray[np.float32]
    """[n]."""
    numbers: Normals | None = None
    """Where the action has numbers."""


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

    def learned_from(self) -> "Batch":
        """The steps M that are learned from, [M, ...] in place of [T, n, ...], where not all are."""
        own = self.acting
        if own is None:
            return self
        return replace(
            self,
            inputs={name: array[own] for name, array in self.inputs.items()},
            labels={name: array[own] for name, array in self.labels.items()},
            raw=None if self.raw is None else self.raw[own],
            **{name: getattr(self, name)[own] for name in _STEPS},
        )


Step = Callable[[TaskState, Inputs, NDArray[np.uint8]], tuple[TaskState, Decision]]
"""What `TaskLearner.step` does."""
_STEPS = ("reset", "action", "log_prob", "advantage", "returns", "reward")


class TaskLearner(Protocol):
    """The inner loop: what changes within a trial while the weights stand still."""

    def init(self, n: int) -> TaskState:
        """State of n learners that know nothing of their level yet."""
        ...

    def step(self, state: TaskState, inputs: Inputs, reset: NDArray[np.uint8]) -> tuple[TaskState, Decision]:
        """Take in one input [n, ...] (after clearing where reset [n]) and decide."""
        ...

    def stepping(self) -> Step:
        """`step` with the weights as they are now, for steps in one thread; it does not see them change."""
        ...

    def scan(self, inputs: Any, state: TaskState, reset: Any) -> tuple[Any, TaskState]:
        """`step` over [T, n] inputs at once, differentiable, for training."""
        ...

    def adapt(self, state: TaskState, trajectory: Batch) -> TaskState:
        """Learn from a whole episode, for learners that do so by gradient or inference.

        A learner whose memory already took everything in returns the state as it is.
        """
        ...


class MetaLearner(Protocol):
    """The outer loop: changes what the task learner starts from, over many trials."""

    task_learner: TaskLearner

    def loss_and_grads(self, batch: Batch) -> tuple[list[Any], dict[str, float]]:
        """Gradients and loss terms of (a part of) a minibatch. Safe to call from many threads;
        the sums over the parts of a minibatch are those of the whole."""
        ...

    def apply(self, grads: list[Any], progress: float) -> dict[str, float]:
        """Change the weights; progress in [0, 1] is the share of all steps taken so far."""
        ...

    def state_dict(self) -> dict[str, NDArray[Any]]:
        """Everything needed to go on, as arrays."""
        ...

    def load_state_dict(self, state: dict[str, NDArray[Any]]) -> None:
        """Go on from what `state_dict` gave."""
        ...
