"""A teacher: an agent that says at every step of a rollout what it would do there (Ross et al. 2011).

The learner plays; the teacher sees what it sees, with a memory of its own, and its choices become targets.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.agent.file import AgentFile
from gamemeta.errors import AgentFileError
from gamemeta.learners.from_file import learner_of
from gamemeta.rollout.rollout import Rollout
from gamemeta.tensor_file import alike
from gamemeta.trials.task_learner import Decision, TaskLearner, TaskState


class Teacher:
    """An agent beside the lanes of every shard.

    Args:
        file: of the agent.
        lanes: of each shard of this process, by its number.
    Raises:
        AgentFileError: it learns from whole episodes, and so has no answer to single steps of others.
    """

    def __init__(self, file: AgentFile, lanes: dict[int, int]) -> None:
        self.file = file
        self._agent: TaskLearner = learner_of(file)
        if self._agent.adapts:
            raise AgentFileError(
                f"the teacher was trained by {file.learner!r} and changes after each episode of its own. "
                "Give an agent that adapts by memory."
            )
        self._state: dict[int, TaskState] = {k: self._agent.init(n) for k, n in lanes.items()}

    def advise(self, shard: int, rollout: Rollout) -> None:
        """Set `Rollout.advice` of this shard's rollout, which has been played."""
        step, state, advice = self._agent.stepping(), self._state[shard], []
        for t in range(rollout.steps):
            inputs = {name: array[t] for name, array in rollout.inputs.items()}
            after, decision = step(state, inputs, rollout.reset[t])
            if rollout.acting is not None:
                acting = rollout.acting[t][:, None]
                after = {name: np.where(acting, array, state[name]) for name, array in after.items()}
            state = after
            advice.append(_row(decision))
        self._state[shard], rollout.advice = state, np.stack(advice)

    def state(self) -> dict[str, NDArray[Any]]:
        """What the teacher remembers in every lane, as arrays."""
        return {f"{k}.{name}": x.copy() for k, one in self._state.items() for name, x in one.items()}

    def keep(self, shards: range) -> None:
        """Forget all shards but these, which others advise."""
        self._state = {k: self._state[k] for k in shards}

    def load_state(self, state: dict[str, NDArray[Any]]) -> None:
        """Go on from what `state` returned. Raises KeyError or ValueError where it does not fit."""
        for k, blank in self._state.items():
            loaded = {name: alike(state, f"{k}.{name}", array).copy() for name, array in blank.items()}
            self._agent.check(loaded)
            self._state[k] = loaded


def _row(decision: Decision) -> NDArray[np.float32]:
    """Logits of all heads and means of the numbers, side by side: [n, choices + numbers]."""
    parts = [*decision.logits] + ([] if decision.continuous is None else [decision.continuous.mean])
    return np.concatenate(parts, axis=-1)
