"""The two loops as protocols: a task learner adapts within a trial, a meta-learner across trials."""

from typing import Any, Protocol

from numpy.typing import NDArray

from gamemeta.rollout.batch import Batch
from gamemeta.trials.task_learner import TaskLearner


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
