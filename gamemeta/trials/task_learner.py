"""The inner loop as a protocol: task learners, which adapt within a trial."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
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
    """The answer of a task learner to one input."""

    logits: tuple[NDArray[np.float32], ...]
    """One [n, actions] for each head."""
    value: NDArray[np.float32]
    """[n]."""
    continuous: Normals | None = None
    """Where the action has numbers."""


Step = Callable[[TaskState, Inputs, NDArray[np.uint8]], tuple[TaskState, Decision]]
"""What `TaskLearner.step` does."""


@dataclass
class Episode:
    """One episode of n task learners, as `TaskLearner.adapt` takes it."""

    inputs: Inputs
    """[T, n, ...] by name."""
    action: NDArray[Any]
    """[T, n, heads + continuous], as the game plays it: int64 codes, or float32 where some are continuous."""
    reward: NDArray[np.float32]
    """[T, n], what each action earned."""


class TaskLearner(Protocol):
    """The inner loop: changes within a trial while the weights stand still."""

    kind: str
    """What acts for it outside of training, by the name in `gamemeta.agent.task_learners`."""
    adapts: bool
    """Whether it learns from whole episodes, by `adapt`; else nobody collects them."""

    def init(self, n: int) -> TaskState:
        """State of n learners that know nothing of their level yet; clearing a state makes it this one."""
        ...

    def check(self, state: TaskState) -> None:
        """Check that a state [n, ...] is one that stepping can lead to.

        Raises:
            ValueError: it is not.
        """
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

    def adapt(self, state: TaskState, episode: Episode) -> TaskState:
        """Learn from a whole episode, for learners that do so by gradient or inference.

        A learner whose memory already took everything in returns the state as it is.
        """
        ...

    def frozen(self) -> "TaskLearner":
        """A copy that does not change with the weights, for pools of earlier selves."""
        ...

    def state_dict(self) -> dict[str, NDArray[Any]]:
        """A copy of its weights by name."""
        ...

    def load_state_dict(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Take other weights.

        Raises:
            KeyError, ValueError, RuntimeError: these arrays do not fit.
        """
        ...
