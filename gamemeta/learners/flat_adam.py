"""Adam over all weights as one vector: one pass over memory in place of a call for each."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.optim.adam import adam

from gamemeta.tensor_file import alike

EPSILON = 1e-5
BETAS = 0.9, 0.999
MOMENTS = ("exp_avg", "exp_avg_sq")
"""What torch calls the running means of gradients and of their squares."""


class FlatAdam:
    """Adam (Kingma and Ba 2015) on parameters that become views of one vector.

    Args:
        parameters: changed in place from now on; whoever reads their memory reads the newest weights.
    """

    def __init__(self, parameters: Iterable[nn.Parameter]) -> None:
        self._parameters = list(parameters)
        self._sizes = [p.numel() for p in self._parameters]
        self.vector = nn.Parameter(torch.cat([p.detach().reshape(-1) for p in self._parameters]))
        for parameter, part in zip(self._parameters, self._parts(self.vector.detach()), strict=True):
            parameter.data = part
        # the function that torch.optim.Adam calls; the class imports torch's compiler, which takes seconds
        self._step = torch.zeros(())
        self._moments = {name: torch.zeros_like(self.vector) for name in MOMENTS}

    @property
    def count(self) -> int:
        """The number of parameters."""
        return len(self._parameters)

    def clip(self, grads: list[Tensor], longest: float) -> float:
        """Take in the gradients, scaled down where they are longer; gives how long they were."""
        self.vector.grad = torch.cat([grad.reshape(-1) for grad in grads])
        return float(nn.utils.clip_grad_norm_([self.vector], longest))

    @torch.no_grad()
    def step(self, rate: float) -> None:
        """Change the weights by the gradients that `clip` took in."""
        if self.vector.grad is None:
            return
        means, squares = ([self._moments[name]] for name in MOMENTS)
        adam(
            [self.vector],
            [self.vector.grad],
            means,
            squares,
            [],
            [self._step],
            fused=True,
            amsgrad=False,
            beta1=BETAS[0],
            beta2=BETAS[1],
            lr=rate,
            weight_decay=0.0,
            eps=EPSILON,
            maximize=False,
        )

    def state_dict(self) -> dict[str, NDArray[Any]]:
        """`K.step` and the moments `K.exp_avg` and `K.exp_avg_sq` of parameter K; nothing before the first
        step."""
        state = {}
        if self._step:
            for name, whole in self._moments.items():
                for k, part in enumerate(self._parts(whole)):
                    state[f"{k}.{name}"] = part.numpy().copy()
                    state[f"{k}.step"] = self._step.numpy().reshape(1).copy()
        return state

    def load_state_dict(self, state: dict[str, NDArray[Any]]) -> None:
        """Go on from what `state_dict` returned.

        Raises:
            KeyError, ValueError: it belongs to other parameters.
        """
        moments = {name: torch.zeros_like(self.vector) for name in MOMENTS}
        for name in MOMENTS if state else ():
            parts = [torch.from_numpy(state[f"{k}.{name}"]) for k in range(len(self._sizes))]
            for part, parameter in zip(parts, self._parameters, strict=True):
                if part.shape != parameter.shape or part.dtype != parameter.dtype:
                    raise ValueError(
                        f"{name} is {part.dtype} {tuple(part.shape)} instead of {parameter.dtype} "
                        f"{tuple(parameter.shape)}"
                    )
            moments[name] = torch.cat([part.reshape(-1) for part in parts])
        if (moments["exp_avg_sq"] < 0).any():
            raise ValueError("exp_avg_sq holds squares below 0")
        step = alike(state, "0.step", np.zeros(1, np.float32)) if state else np.zeros(1, np.float32)
        if step < 0:
            raise ValueError("step is below 0")
        self._step = torch.tensor(float(step[0]))
        self._moments = moments

    def _parts(self, vector: Tensor) -> list[Tensor]:
        """The part of each parameter, in its shape."""
        parts = torch.split(vector, self._sizes)
        return [part.view_as(p) for part, p in zip(parts, self._parameters, strict=True)]
