"""The block of `cells.gru.cell.GRU` as one torch function with its backward pass written out.

Products that do not depend on the step before cover the whole [T, n] block; what is left for each step
is one product with the recurrent weights and the compiled gates.
"""

from typing import Any

import torch
from torch import Tensor

from gamemeta.networks.cells.gru import in_torch as plain
from gamemeta.networks.cells.gru import kernels as gru_kernels
from gamemeta.networks.functions import kernels
from gamemeta.networks.functions.functions import Function, array, normalise


def gru_block(
    x: Tensor,
    weight: Tensor,
    bias: Tensor,
    recurrent: Tensor,
    state_bias: Tensor,
    out: Tensor,
    state: Tensor,
    reset: Tensor,
) -> tuple[Tensor, Tensor, tuple[Any, ...]]:
    """One residual block of `cells.gru.cell.GRU` over x [T, n, D].

    Returns the outputs [T, n, D], the state [n, D] after step T, and what the backward pass needs.
    """
    steps, lanes, width = x.shape
    flat = x.reshape(-1, width)
    normal, scale = normalise(flat)
    p = torch.mm(normal, weight.t()).view(steps, lanes, -1)
    from_state = torch.empty(steps, lanes, 3 * width)
    before, after = torch.empty(steps, lanes, width), torch.empty(steps, lanes, width)
    biases, resets, h, by_state = (
        (array(bias), array(state_bias)),
        array(reset),
        array(state),
        recurrent.t(),
    )
    for t in range(steps):
        gru_kernels.clear(h, resets[t], before[t].numpy())
        torch.mm(before[t], by_state, out=from_state[t])
        h = after[t].numpy()
        gru_kernels.gates(p[t].numpy(), biases[0], from_state[t].numpy(), biases[1], before[t].numpy(), h)
    result = torch.addmm(flat, after.view(-1, width), out.t()).view(x.shape)
    return result, after[-1].clone(), (normal, scale, p, from_state, before, after)


class GRUBlock(Function):
    """`gru_block` for training. The state that comes in is a constant: gradients stop there."""

    in_torch = staticmethod(plain.gru_block)

    @staticmethod
    def forward(
        ctx: Any,
        x: Tensor,
        weight: Tensor,
        bias: Tensor,
        recurrent: Tensor,
        state_bias: Tensor,
        out: Tensor,
        state: Tensor,
        reset: Tensor,
    ) -> tuple[Tensor, Tensor]:
        result, last, ctx.kept = gru_block(x, weight, bias, recurrent, state_bias, out, state, reset)
        ctx.parameters = [part.detach() for part in (weight, bias, recurrent, state_bias, out)]
        ctx.reset = reset
        ctx.mark_non_differentiable(last)
        return result, last

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor | None, ...]:
        weight, _, _, _, out = ctx.parameters
        normal, scale, _, _, before, after = ctx.kept
        steps, lanes, width = after.shape
        grad = grads[0].reshape(-1, width)
        grad_p, grad_from_state = _through_time(ctx, torch.mm(grad, out).view(after.shape))
        flat_p, flat_from_state = grad_p.view(-1, 3 * width), grad_from_state.view(-1, 3 * width)
        grad_x = grad.clone(memory_format=torch.contiguous_format)
        grad_normal = torch.mm(flat_p, weight)
        kernels.rms_norm_backward(grad_normal.numpy(), normal.numpy(), scale, grad_x.numpy())
        return (
            grad_x.view(steps, lanes, width),
            torch.mm(flat_p.t(), normal),
            flat_p.sum(0),
            torch.mm(flat_from_state.t(), before.view(-1, width)),
            flat_from_state.sum(0),
            torch.mm(grad.t(), after.view(-1, width)),
            None,
            None,
        )


def _through_time(ctx: Any, grad_after: Tensor) -> tuple[Tensor, Tensor]:
    """Gradients of the pre-activations from the input and from the state, [T, n, 3 D] each."""
    _, bias, recurrent, state_bias, _ = ctx.parameters
    _, _, p, from_state, before, _ = ctx.kept
    biases, resets = (array(bias), array(state_bias)), array(ctx.reset)
    grad_p, grad_from_state = torch.empty(p.shape), torch.empty(from_state.shape)
    carried = torch.zeros(before.shape[1:])
    direct = torch.empty(before.shape[1:])
    for t in range(len(p) - 1, -1, -1):
        carried += grad_after[t]
        gru_kernels.gates_backward(
            p[t].numpy(),
            biases[0],
            from_state[t].numpy(),
            biases[1],
            before[t].numpy(),
            carried.numpy(),
            grad_p[t].numpy(),
            grad_from_state[t].numpy(),
            direct.numpy(),
        )
        direct.addmm_(grad_from_state[t], recurrent)
        gru_kernels.clear(direct.numpy(), resets[t], carried.numpy())
    return grad_p, grad_from_state
