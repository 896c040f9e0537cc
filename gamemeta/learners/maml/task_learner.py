"""The task learner of MAML: acts and adapts in NumPy, as the runtime does."""

import copy
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.action_mask import ACTION_MASK, only_legal
from gamemeta.agent.draws import check_answer
from gamemeta.agent.file import GRADIENT
from gamemeta.agent.gradient.core import GradientCore
from gamemeta.learners.maml.weights import MAMLWeights
from gamemeta.trials.task_learner import Decision, Episode, Inputs, Normals, Step, TaskState


class GradientLearner:
    """Adapts by one step of the policy gradient after each episode.

    Its state is the weights that it acts with, float32 [n, size] each, by the names of the agent file.

    Args:
        weights: what trials start from.
        memory: as in `TrialConfig`; only with `trial` does it ever change its weights.
    """

    kind = GRADIENT

    def __init__(self, weights: MAMLWeights, *, memory: str = "trial") -> None:
        self.weights, self.memory, self.adapts = weights, memory, memory == "trial"
        self.core = GradientCore(weights.shape, weights.arrays(), weights.normaliser.arrays)

    def init(self, n: int) -> TaskState:
        return self.core.init(n)

    def check(self, state: TaskState) -> None:
        self.core.check(state)

    def step(self, state: TaskState, inputs: Inputs, reset: NDArray[np.uint8]) -> tuple[TaskState, Decision]:
        if reset.any() and self.adapts:
            first = self.core.init(1)
            state = {name: np.where(reset[:, None], first[name], array) for name, array in state.items()}
        outputs = self.core.act(state, inputs)
        check_answer(outputs)
        spec = self.weights.shape.spec
        if spec.masked:
            outputs = only_legal(outputs, inputs[ACTION_MASK], spec.action)
        logits = tuple(outputs[:, columns] for columns in spec.action.columns)
        value = np.zeros(len(reset), np.float32)
        return state, Decision(logits=logits, value=value, continuous=self._numbers(state, outputs))

    def _numbers(self, state: TaskState, outputs: NDArray[np.float32]) -> Normals | None:
        """Distributions of the action's continuous part; None where it has none."""
        action = self.weights.shape.spec.action
        if not action.continuous:
            return None
        return Normals(outputs[:, sum(action.heads) :], self.core.log_std(state))

    def stepping(self) -> Step:
        return self.step

    def scan(self, inputs: Any, state: TaskState, reset: Any) -> tuple[Any, TaskState]:
        """Never: its outer loop goes through whole trials at once.

        Raises:
            NotImplementedError: always.
        """
        raise NotImplementedError("maml learns from whole trials, not from windows of steps")

    def adapt(self, state: TaskState, episode: Episode) -> TaskState:
        return self.core.adapt(state, episode)

    def frozen(self) -> "GradientLearner":
        return GradientLearner(copy.deepcopy(self.weights), memory=self.memory)

    def state_dict(self) -> dict[str, NDArray[Any]]:
        return self.weights.state_dict()

    def load_state_dict(self, state: Mapping[str, NDArray[Any]]) -> None:
        self.weights.load_state_dict(dict(state))
