"""A table cell's features of each action, as one torch function with its backward pass written out.

Rows are taken in blocks that stay in the cache: with many actions, what is known of them all is the largest
array of the network.
"""

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor

from gamemeta.networks.cells.table import choice_kernels as kernels
from gamemeta.networks.cells.table import in_torch as plain
from gamemeta.networks.functions.functions import Function, array

BLOCK = 4096
"""Actions of all rows of a block together."""


def blocks(rows: int, actions: int) -> Iterator[tuple[slice, slice]]:
    """Slices of [R, ...] and of [R * A, ...] that belong together."""
    size = max(1, BLOCK // actions)
    for start in range(0, rows, size):
        stop = min(start + size, rows)
        yield slice(start, stop), slice(start * actions, stop * actions)


def consider(
    y: Tensor,
    context: Tensor,
    choices: Tensor | None,
    read: Tensor,
    carry: Tensor | None,
    mix: Tensor,
    pick: Tensor,
) -> tuple[Tensor, Tensor, tuple[Any, ...]]:
    """f_a = facts(y_a);  p_a = W_f f_a + context + W_c choices_a;  k_a = silu(p_a);  k_a += silu(W_m k_a).

    Args:
        y: [R, A, W], what was read.
        context: [R, C].
        choices: [R, A, C], what was known before, or None.
        read, carry, mix: [C, W], [C, C] (None without choices), [C, C].
        pick: [C].

    Returns: known [R, A, C], both [R, 2 C] (its mean weighted with softmax(known pick), and its mean), and
        what the backward pass needs.
    """
    rows, actions, width = y.shape
    units = context.shape[1]
    flat = y.reshape(-1, width)
    before = None if choices is None else choices.reshape(-1, units)
    facts = torch.empty(flat.shape)
    p, known, mixed = (torch.empty(rows * actions, units) for _ in range(3))
    weight, both = torch.empty(rows, actions), torch.empty(rows, 2 * units)
    contexts, picks = array(context), array(pick)
    for r, a in blocks(rows, actions):
        kernels.facts(flat[a].numpy(), facts[a].numpy())
        torch.mm(facts[a], read.t(), out=p[a])
        if before is not None and carry is not None:
            p[a].addmm_(before[a], carry.t())
        kernels.begin(p[a].numpy(), contexts[r], known[a].numpy())
        torch.mm(known[a], mix.t(), out=mixed[a])
        kernels.finish(known[a].numpy(), mixed[a].numpy(), picks, weight[r].numpy(), both[r].numpy())
    kept = flat, facts, before, p, known, mixed, weight
    return known.view(rows, actions, units), both, kept


class Consider(Function):
    """`consider` for training."""

    in_torch = staticmethod(plain.consider)

    @staticmethod
    def forward(
        ctx: Any,
        y: Tensor,
        context: Tensor,
        choices: Tensor | None,
        read: Tensor,
        carry: Tensor | None,
        mix: Tensor,
        pick: Tensor,
    ) -> tuple[Tensor, Tensor]:
        ctx.parameters = [None if x is None else x.detach() for x in (read, carry, mix, pick)]
        known, both, ctx.kept = consider(y, context, choices, read, carry, mix, pick)
        return known, both

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor | None, ...]:
        flat, facts, before, p, known, mixed, weight = ctx.kept
        read, carry, mix, pick = ctx.parameters
        rows, actions = weight.shape
        units = p.shape[1]
        grad = grads[0].reshape(-1, units).clone(memory_format=torch.contiguous_format)
        grad_both = grads[1].contiguous()
        grad_y, grad_context = torch.empty(flat.shape), torch.empty(rows, units)
        grad_read, grad_mix, grad_pick = (torch.zeros(x.shape) for x in (read, mix, pick))
        grad_carry, grad_before = None, None
        if before is not None:
            grad_carry, grad_before = torch.zeros(carry.shape), torch.empty(before.shape)
        room = torch.empty(max(1, BLOCK // actions) * actions, units)
        for r, a in blocks(rows, actions):
            grad_first, grad_mixed = grad[a], room[: a.stop - a.start]
            kernels.finish_backward(
                known[a].numpy(),
                mixed[a].numpy(),
                array(pick),
                weight[r].numpy(),
                grad_both[r].numpy(),
                grad_first.numpy(),
                grad_mixed.numpy(),
                grad_pick.numpy(),
            )
            first = torch.nn.functional.silu(p[a])
            grad_mix.addmm_(grad_mixed.t(), first)
            grad_first.addmm_(grad_mixed, mix)
            kernels.begin_backward(p[a].numpy(), grad_first.numpy(), grad_context[r].numpy())
            grad_read.addmm_(grad_first.t(), facts[a])
            if grad_carry is not None and grad_before is not None:
                grad_carry.addmm_(grad_first.t(), before[a])
                torch.mm(grad_first, carry, out=grad_before[a])
            kernels.facts_backward(flat[a].numpy(), torch.mm(grad_first, read).numpy(), grad_y[a].numpy())
        shaped = None if grad_before is None else grad_before.view(rows, actions, units)
        y_grad = grad_y.view(rows, actions, -1)
        return y_grad, grad_context, shaped, grad_read, grad_carry, grad_mix, grad_pick
