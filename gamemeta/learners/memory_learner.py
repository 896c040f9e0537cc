"""The task learner of RL^2 (Duan et al. 2016): a recurrent policy whose memory does the learning."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from gamemeta.learners.protocols import Batch, Decision, Inputs, TaskState
from gamemeta.networks.policy import MemoryPolicy, PolicyOutput


def tensors(inputs: Inputs) -> dict[str, Tensor]:
    """The same buffers as torch tensors, copied only where they are not contiguous."""
    return {name: torch.from_numpy(np.ascontiguousarray(a)) for name, a in inputs.items()}


class MemoryLearner:
    """Adapts by carrying the policy's memory from episode to episode.

    Its state is `cells.0`, `cells.1`, ..., each float32 [n, width].
    """

    def __init__(self, policy: MemoryPolicy) -> None:
        self.policy = policy

    def init(self, n: int) -> TaskState:
        shape = (n, self.policy.config.width)
        return {f"cells.{k}": np.zeros(shape, np.float32) for k in range(len(self.policy.cells))}

    def step(
        self, state: TaskState, inputs: Inputs, reset: NDArray[np.uint8]
    ) -> tuple[TaskState, Decision]:
        with torch.no_grad():
            output, state = self.scan(
                {name: x[None] for name, x in tensors(inputs).items()},
                state,
                torch.from_numpy(reset)[None],
            )
        decision = Decision(
            logits=tuple(x[0].numpy() for x in output.logits), value=output.value[0].numpy()
        )
        return state, decision

    def scan(
        self, inputs: dict[str, Tensor], state: TaskState, reset: Tensor
    ) -> tuple[PolicyOutput, TaskState]:
        names = [f"cells.{k}" for k in range(len(self.policy.cells))]
        before = [torch.from_numpy(state[name]) for name in names]
        output: PolicyOutput
        output, after = self.policy(inputs, before, reset)
        return output, {name: x.numpy() for name, x in zip(names, after, strict=True)}

    def adapt(self, state: TaskState, trajectory: Batch) -> TaskState:
        return state
