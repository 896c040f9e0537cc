"""The task learner of RL^2 (Duan et al. 2016): a recurrent policy whose memory does the learning."""

import copy
import threading
from collections.abc import Mapping
from functools import partial
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from gamemeta.action_mask import ACTION_MASK, only_legal
from gamemeta.agent.draws import check_answer
from gamemeta.agent.file import MEMORY
from gamemeta.agent.marks.marks import MARKS
from gamemeta.agent.shape.config import ENORMOUS
from gamemeta.networks.acting.acting import Acting
from gamemeta.networks.acting.compiled import CompiledActing, is_compiled
from gamemeta.networks.cells.cell import MemoryCell
from gamemeta.networks.policy import MemoryPolicy, PolicyOutput
from gamemeta.tensor_file import alike
from gamemeta.trials.task_learner import Decision, Episode, Inputs, Normals, Step, TaskState


def tensors(inputs: Inputs) -> dict[str, Tensor]:
    """The same buffers as torch tensors, copied only where they are not contiguous."""
    return {name: torch.from_numpy(np.ascontiguousarray(a)) for name, a in inputs.items()}


class MemoryLearner:
    """Adapts by carrying the policy's memory from episode to episode.

    Its state is `cells.0`, `cells.1`, ..., each float32 [n, S] with S of that cell, and the marks that its
    beliefs of places are read from, such as `marks.goal`.

    Args:
        policy: the network.
        memory: when the agent was trained to forget, as in `TrialConfig`: `trial`, which is left to
            `reset`; `episode`, where the previous step ended one; `step`, always.
    """

    kind = MEMORY
    adapts = False

    def __init__(self, policy: MemoryPolicy, *, memory: str = "trial") -> None:
        self.policy, self.memory = policy, memory
        heads = policy.belief_heads
        self._marks = {} if heads is None else {MARKS + name: one for name, one in heads.marks.items()}
        self._thread = threading.local()

    def init(self, n: int) -> TaskState:
        sizes = [cast(MemoryCell, cell).state_size for cell in self.policy.cells]
        cells = {f"cells.{k}": np.zeros((n, size), np.float32) for k, size in enumerate(sizes)}
        return cells | {name: marks.init(n) for name, marks in self._marks.items()}

    def check(self, state: TaskState) -> None:
        """Check that a state [n, ...] is one that stepping can lead to, as far as that can be seen.

        Raises:
            ValueError: it is not finite or enormous, or a table of it points to what does not exist.
        """
        for k, cell in enumerate(self.policy.cells):
            array = state[f"cells.{k}"]
            if not (np.abs(array) < ENORMOUS).all():
                raise ValueError(f"the memory of cell {k} is NaN, infinite or enormous")
            cast(MemoryCell, cell).check(array)
        for name, marks in self._marks.items():
            marks.check(state[name])

    def step(self, state: TaskState, inputs: Inputs, reset: NDArray[np.uint8]) -> tuple[TaskState, Decision]:
        return self._step(self._acting(len(reset)), state, inputs, reset)

    def stepping(self) -> Step:
        return partial(self._step, CompiledActing(self.policy)) if is_compiled(self.policy) else self.step

    def _step(
        self, acting: Acting | CompiledActing, state: TaskState, inputs: Inputs, reset: NDArray[np.uint8]
    ) -> tuple[TaskState, Decision]:
        inputs, reset = self._forgetting(inputs, reset)
        head_outputs, value, after = acting(inputs, state, reset)
        check_answer(head_outputs)
        spec = self.policy.spec
        if spec.masked:
            head_outputs = only_legal(head_outputs, inputs[ACTION_MASK], spec.action)
        logits = tuple(head_outputs[:, columns] for columns in spec.action.columns)
        decision = Decision(logits=logits, value=value, continuous=self._numbers(head_outputs))
        return {**after, **self._marked(state, inputs, reset)}, decision

    def _marked(self, state: TaskState, inputs: Inputs, reset: NDArray[np.uint8]) -> TaskState:
        """The marks after a step."""
        return {name: marks.after(state[name], inputs, reset) for name, marks in self._marks.items()}

    def _forgetting(self, inputs: Inputs, reset: NDArray[np.uint8]) -> tuple[Inputs, NDArray[np.uint8]]:
        """Inputs and resets of an agent that forgets on its own."""
        if self.memory == "trial":
            return inputs, reset
        cleared = inputs["previous_done"][:, 0] if self.memory == "episode" else np.uint8(1)
        reset = reset | cleared
        return {**inputs, **self._without_past(inputs, reset == 0)}, reset

    def _numbers(self, head_outputs: NDArray[np.float32]) -> Normals | None:
        """Distributions of the action's continuous part; None where it has none."""
        action = self.policy.spec.action
        if not action.continuous:
            return None
        mean = head_outputs[:, sum(action.heads) :]
        return Normals(mean, np.broadcast_to(self.policy.log_std.detach().numpy(), mean.shape))

    def _acting(self, n: int) -> Acting:
        """The acting network of this thread, with room for n agents."""
        acting: Acting | None = getattr(self._thread, "acting", None)
        if acting is None or acting.lanes < n:
            acting = self._thread.acting = Acting(self.policy, n)
        return acting

    def scan(
        self, inputs: dict[str, Tensor], state: TaskState, reset: Tensor
    ) -> tuple[PolicyOutput, TaskState]:
        names = [f"cells.{k}" for k in range(len(self.policy.cells))]
        before = [torch.from_numpy(state[name]) for name in names]
        output: PolicyOutput
        output, after = self.policy(inputs, before, reset)
        return output, {name: x.numpy() for name, x in zip(names, after, strict=True)}

    @torch.no_grad()
    def beliefs(
        self, state: TaskState, inputs: Inputs, reset: NDArray[np.uint8]
    ) -> dict[str, NDArray[np.float32]]:
        """Probabilities [n, classes] of each hidden fact by name, after the step that `step` would take; none
        without heads for them."""
        heads = self.policy.belief_heads
        if heads is None:
            return {}
        inputs, reset = self._forgetting(inputs, reset)
        now = {name: array[None] for name, array in inputs.items()}
        output, _ = self.scan(tensors(now), state, torch.from_numpy(reset)[None])
        assert output.known is not None
        after = self._marked(state, inputs, reset)
        drawn = {
            name: torch.from_numpy(marks.drawn(after[MARKS + name]))[None]
            for name, marks in heads.marks.items()
        }
        logits = heads(output.known, drawn)
        return {name: one[0].softmax(-1).numpy() for name, one in logits.items()}

    def adapt(self, state: TaskState, episode: Episode) -> TaskState:
        return state

    def frozen(self) -> "MemoryLearner":
        policy = copy.deepcopy(self.policy).requires_grad_(False)
        return MemoryLearner(policy, memory=self.memory)

    def state_dict(self) -> dict[str, NDArray[Any]]:
        return {name: x.numpy().copy() for name, x in self.policy.state_dict().items()}

    def load_state_dict(self, state: Mapping[str, NDArray[Any]]) -> None:
        for name, ours in self.policy.state_dict().items():
            alike(state, name, ours.numpy())
        self.policy.load_state_dict({name: torch.from_numpy(x.copy()) for name, x in state.items()})

    def _without_past(self, inputs: Inputs, keep: NDArray[np.bool_]) -> Inputs:
        """The inputs about the step before, emptied where nothing is to be kept."""
        names = [b.name for b in self.policy.spec.before()]
        return {name: (inputs[name] * keep[:, None]).astype(inputs[name].dtype) for name in names}
