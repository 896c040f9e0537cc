"""PPO's loss as one torch function with its gradient written out, and in plain torch."""

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from gamemeta.learners.rl2 import objective_kernels as kernels
from gamemeta.learners.rl2 import plain_objective
from gamemeta.learners.rl2.loss_terms import TERMS, Weights
from gamemeta.networks.functions.functions import Function, apply, array
from gamemeta.networks.layout import Layout
from gamemeta.networks.policy import PolicyOutput
from gamemeta.rollout.batch import Batch


def objective(
    output: PolicyOutput, batch: Batch, weights: Weights, *, clip: float, guide: str | None
) -> tuple[Tensor, dict[str, float]]:
    """The loss, to be minimised, and its terms: each a sum over the rows, divided by those of the minibatch.

    Args:
        output: of the network, on rows [T, n] or [M].
        batch: what happened there.
        weights: of the terms.
        clip: how far the probability ratio may move from 1 before its gradient stops.
        guide: the label that the first head imitates, if it has a weight.
    """
    sums = np.zeros(len(TERMS))
    log_prob, entropy = _of_continuous(output, batch)
    guide = guide if weights.guide else None
    loss = apply(
        _Objective, output.head_outputs, log_prob, entropy, output.layout, batch, weights, clip, guide, sums
    )
    return loss, {name: float(term) for name, term in zip(TERMS, sums / batch.rows, strict=True)}


def _of_continuous(output: PolicyOutput, batch: Batch) -> tuple[Tensor, Tensor]:
    """What an action's numbers add to log probability and entropy, 0 where it has none."""
    numbers, device = output.continuous, output.head_outputs.device
    if numbers is None or batch.raw is None:
        nothing = torch.zeros(output.head_outputs.shape[:-1], device=device)
        return nothing, nothing
    raw = torch.from_numpy(np.ascontiguousarray(batch.raw)).to(device)
    return numbers.log_prob(raw), numbers.entropy()


class _Objective(Function):
    """The loss as a function of what the heads say and of what an action's numbers add; see `objective`."""

    in_torch = staticmethod(plain_objective.objective)

    @staticmethod
    def forward(
        ctx: Any,
        outputs: Tensor,
        log_prob: Tensor,
        entropy: Tensor,
        layout: Layout,
        batch: Batch,
        weights: Weights,
        clip: float,
        guide: str | None,
        sums: NDArray[np.float64],
    ) -> Tensor:
        shape, each = log_prob.shape, weights.of_sums(batch.rows)
        grad, grad_log_prob = torch.empty(outputs.shape), torch.empty(shape)
        rows, names = log_prob.numel(), list(layout.labels)
        steps = (
            batch.log_prob,
            batch.advantage,
            batch.returns,
            batch.reward,
            array(log_prob),
            array(entropy),
        )
        kernels.objective(
            array(outputs).reshape(rows, -1),
            _bounds(layout.of_heads),
            layout.value,
            _bounds(tuple(layout.of_labels.values())),
            layout.of_rewards.start if layout.rewards else -1,
            np.stack(steps, dtype=np.float32).reshape(len(steps), rows),
            np.ascontiguousarray(batch.action).reshape(rows, len(layout.heads)),
            _masks(batch, names),
            -1 if guide is None else names.index(guide),
            each,
            np.float32(clip),
            sums,
            grad.numpy().reshape(rows, -1),
            grad_log_prob.numpy().reshape(rows),
        )
        ctx.grads = grad, grad_log_prob, torch.full(shape, float(each[kernels.ENTROPY]))
        return torch.tensor(sums @ each, dtype=torch.float32)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Any, ...]:
        return *(grads[0] * grad for grad in ctx.grads), *(None for _ in range(6))


def _bounds(slices: tuple[slice, ...]) -> NDArray[np.int64]:
    """Where slices that are side by side begin, and where they end."""
    return np.array(
        [columns.start for columns in slices] + [columns.stop for columns in slices[-1:]], np.int64
    )


def _masks(batch: Batch, names: list[str]) -> NDArray[np.uint8]:
    """[labels, R]."""
    masks = np.empty((len(names), batch.log_prob.size), np.uint8)
    for mask, name in zip(masks, names, strict=True):
        mask[:] = batch.labels[name].reshape(-1)
    return masks
