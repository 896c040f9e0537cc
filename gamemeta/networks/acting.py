"""The network forward for one step of many agents, without autograd and without allocation.

It reads the parameters where they lie, so that it always acts with the newest weights. One
instance belongs to one thread.
"""

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from gamemeta.networks import kernels
from gamemeta.networks.memory import MinGRU
from gamemeta.networks.policy import MemoryPolicy

Arrays = dict[str, NDArray[Any]]


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
        after = {}
        for k, cell in enumerate(self._cells):
            name = f"cells.{k}"
            after[name] = cell(x, normal, self._scale[:n], state[name], reset)
        kernels.rms_norm(x, normal, self._scale[:n])
        features = torch.from_numpy(normal)
        logits = torch.addmm(self._actor[1], features, self._actor[0]).numpy()
        value = torch.addmm(self._critic[1], features, self._critic[0]).numpy()[:, 0]
        return logits, value, after


def _act_mingru(cell: MinGRU) -> Any:
    """The step of a MinGRU block; x [n, D] is changed in place, the new state is returned."""
    weight, out = cell.weight.detach().t(), cell.out.detach().t()
    bias = cell.bias.detach().numpy()

    def act(x: Any, normal: Any, scale: Any, state: Any, reset: Any) -> NDArray[np.float32]:
        kernels.rms_norm(x, normal, scale)
        p = torch.mm(torch.from_numpy(normal), weight)
        after: NDArray[np.float32] = np.empty_like(state)
        kernels.mingru_step(p.numpy(), bias, state, reset, after, normal)
        torch.from_numpy(x).addmm_(torch.from_numpy(normal), out)
        return after

    return act


def _act_any(cell: torch.nn.Module) -> Any:
    """The step of any other cell, as a scan over one step."""

    def act(x: Any, normal: Any, scale: Any, state: Any, reset: Any) -> NDArray[np.float32]:
        after: torch.Tensor
        with torch.no_grad():
            y, after = cell(torch.from_numpy(x)[None], torch.from_numpy(state), torch.from_numpy(reset)[None])
        x[:] = y[0].numpy()
        array: NDArray[np.float32] = after.numpy()
        return array

    return act
