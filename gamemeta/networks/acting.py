"""The network forward for one step of many agents, without autograd and without allocation.

It reads the parameters where they lie, so that it always acts with the newest weights. One
instance belongs to one thread.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from gamemeta.networks import kernels
from gamemeta.networks.memory import MinGRU, Stream
from gamemeta.networks.policy import MemoryPolicy

Arrays = dict[str, NDArray[Any]]


@dataclass
class _Step:
    """What the cells of one step work on."""

    x: NDArray[np.float32]
    """[n, D], changed in place."""
    normal: NDArray[np.float32]
    """[n, D], room for features of root mean square 1."""
    scale: NDArray[np.float32]
    """[n], room for their factors."""
    choices: torch.Tensor | None
    """[1, n, A, C]."""
    inputs: Arrays


class Acting:
    """One step of a policy for up to `lanes` agents.

    Args:
        policy: whose parameters are used, in place.
        lanes: most agents in one call.
    """

    def __init__(self, policy: MemoryPolicy, lanes: int) -> None:
        self.lanes, self._heads = lanes, policy.spec.action.heads
        encoder, width = policy.encoder, policy.config.width
        self._bias = encoder.bias.detach().numpy()
        self._tables = [
            (b.name, b.size, b.codes, encoder.tables[b.name].detach().numpy()) for b in encoder.inputs
        ]
        self._cells = [_act_mingru(c) if isinstance(c, MinGRU) else _act_any(c) for c in policy.cells]
        self._actor = [p.detach() for p in (policy.actor.weight.t(), policy.actor.bias)]
        self._choice_actor = getattr(policy, "choice_actor", None)
        self._critic = [p.detach() for p in (policy.critic.weight.t(), policy.critic.bias)]
        self._x = np.empty((lanes, width), np.float32)
        self._normal = np.empty((lanes, width), np.float32)
        self._scale = np.empty(lanes, np.float32)

    def __call__(
        self, inputs: Arrays, state: Arrays, reset: NDArray[np.uint8]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32], Arrays]:
        """Logits [n, sum of heads], value [n], and the state after this step."""
        n = len(reset)
        x, normal = self._x[:n], self._normal[:n]
        x[:] = self._bias
        for name, size, codes, table in self._tables:
            values = inputs[name].reshape(n, size)
            if codes:
                kernels.gather_sum(values, codes, table, x)
            else:
                kernels.product_sum(values, table, x)
        kernels.relu(x)
        step, after = _Step(x, normal, self._scale[:n], None, inputs), {}
        for k, cell in enumerate(self._cells):
            name = f"cells.{k}"
            after[name] = cell(step, state[name], reset)
        kernels.rms_norm(x, normal, step.scale)
        features = torch.from_numpy(normal)
        logits = torch.addmm(self._actor[1], features, self._actor[0])
        if step.choices is not None and self._choice_actor is not None:
            logits += step.choices[0] @ self._choice_actor.detach()
        value = torch.addmm(self._critic[1], features, self._critic[0]).numpy()[:, 0]
        return logits.numpy(), value, after


Act = Callable[[_Step, NDArray[np.float32], NDArray[np.uint8]], NDArray[np.float32]]
"""Brings the step forward by one cell and gives the new state."""


def _act_mingru(cell: MinGRU) -> Act:
    weight, out = cell.weight.detach().t(), cell.out.detach().t()
    bias = cell.bias.detach().numpy()

    def act(step: _Step, state: NDArray[np.float32], reset: NDArray[np.uint8]) -> NDArray[np.float32]:
        kernels.rms_norm(step.x, step.normal, step.scale)
        p = torch.mm(torch.from_numpy(step.normal), weight)
        after: NDArray[np.float32] = np.empty_like(state)
        kernels.mingru_step(p.numpy(), bias, state, reset, after, step.normal)
        torch.from_numpy(step.x).addmm_(torch.from_numpy(step.normal), out)
        return after

    return act


def _act_any(cell: Any) -> Act:
    """The step of any other cell, as a scan over one step."""

    def act(step: _Step, state: NDArray[np.float32], reset: NDArray[np.uint8]) -> NDArray[np.float32]:
        inputs = {name: torch.from_numpy(array)[None] for name, array in step.inputs.items()}
        stream = Stream(torch.from_numpy(step.x)[None], step.choices, inputs)
        with torch.no_grad():
            stream, after = cell.advance(stream, torch.from_numpy(state), torch.from_numpy(reset)[None])
        step.x[:] = stream.x[0].numpy()
        step.choices = stream.choices
        array: NDArray[np.float32] = after.numpy()
        return array

    return act
