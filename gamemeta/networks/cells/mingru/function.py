"""A block of the minimal gated recurrent unit, differentiable, on kernels."""

from typing import Any

import torch
from torch import Tensor

from gamemeta.networks.cells.mingru import in_torch as plain
from gamemeta.networks.cells.mingru import kernels as mingru_kernels
from gamemeta.networks.functions import kernels
from gamemeta.networks.functions.functions import Function, array, factors, normalise
from gamemeta.networks.precision import factor_type


def mingru_block(
    x: Tensor, weight: Tensor, bias: Tensor, out: Tensor, state: Tensor, reset: Tensor
) -> tuple[Tensor, Tensor, tuple[Any, ...]]:
    """One residual block of `cells.mingru.cell.MinGRU` over x [T, n, D].

    Returns the outputs [T, n, D], the state [n, D] after step T, and what the backward pass needs.
    """
    dtype = factor_type()
    steps, lanes, width = x.shape
    flat, weight, out = x.reshape(-1, width), weight.detach().to(dtype), out.detach().to(dtype)
    normal, scale = normalise(flat, dtype)
    p = torch.mm(normal, weight.t()).view(steps, lanes, -1)
    kept = torch.empty(steps, lanes, 2 * width, dtype=dtype)
    u = torch.empty(x.shape, dtype=dtype)
    last = state.detach().clone(memory_format=torch.contiguous_format)
    mingru_kernels.mingru(factors(p), array(bias), last.numpy(), array(reset), factors(kept), factors(u))
    result = torch.empty(flat.shape)
    kernels.add(array(flat), factors(torch.mm(u.view(-1, width), out.t())), result.numpy())
    return result.view(x.shape), last, (weight, out, reset, normal, scale, p, kept, u)


class MinGRUBlock(Function):
    """`mingru_block` for training. The state that comes in is a constant: gradients stop there.

    A backward pass turns what was kept for it into gradients, in place, so that there is one only.
    """

    in_torch = staticmethod(plain.mingru_block)

    @staticmethod
    def forward(
        ctx: Any, x: Tensor, weight: Tensor, bias: Tensor, out: Tensor, state: Tensor, reset: Tensor
    ) -> tuple[Tensor, Tensor]:
        result, last, ctx.kept = mingru_block(x, weight, bias, out, state, reset)
        ctx.mark_non_differentiable(last)
        return result, last

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor, None, None]:
        weight, out, reset, normal, scale, p, kept, u = ctx.kept
        del ctx.kept
        width = u.shape[-1]
        grad = grads[0].reshape(-1, width)
        factor = grad.to(u.dtype)
        grad_u, grad_out = torch.mm(factor, out), torch.mm(factor.t(), u.view(-1, width))
        grad_bias = torch.zeros(3 * width)
        mingru_kernels.mingru_backward(
            factors(p), factors(kept), array(reset), factors(grad_u.view(u.shape)), grad_bias.numpy()
        )
        grad_p = p.view(-1, 3 * width)
        grad_weight, grad_normal = torch.mm(grad_p.t(), normal), torch.mm(grad_p, weight)
        grad_x = grad.clone(memory_format=torch.contiguous_format)
        kernels.rms_norm_backward(factors(grad_normal), factors(normal), scale, grad_x.numpy())
        return grad_x.view(u.shape), grad_weight.float(), grad_bias, grad_out.float(), None, None
