"""The compiled parts as differentiable torch functions."""

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from gamemeta.networks import kernels


def _array(tensor: Tensor) -> NDArray[Any]:
    array: NDArray[Any] = tensor.detach().contiguous().numpy()
    return array


class GatherSum(torch.autograd.Function):
    """[R, D] out of codes [R, K] and a table [K * choices, D]."""

    @staticmethod
    def forward(ctx: Any, table: Tensor, codes: Tensor, choices: int) -> Tensor:
        out = torch.zeros(codes.shape[0], table.shape[1])
        kernels.gather_sum(_array(codes), choices, _array(table), out.numpy())
        ctx.codes, ctx.choices, ctx.rows = codes, choices, table.shape[0]
        return out

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, None, None]:
        grad = _array(grads[0])
        table_grad = torch.zeros(ctx.rows, grad.shape[1])
        kernels.scatter_add(_array(ctx.codes), ctx.choices, grad, table_grad.numpy())
        return table_grad, None, None


class RMSNorm(torch.autograd.Function):
    """Rows of [R, D] scaled to root mean square 1 (Zhang and Sennrich 2019), without a gain."""

    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        y, scale = torch.empty_like(x), np.empty(x.shape[0], np.float32)
        kernels.rms_norm(_array(x), y.numpy(), scale)
        ctx.y, ctx.scale = y, scale
        return y

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> Tensor:
        out = torch.empty_like(ctx.y)
        kernels.rms_norm_backward(_array(grads[0]), _array(ctx.y), ctx.scale, out.numpy())
        return out


class MinGRUScan(torch.autograd.Function):
    """The recurrence of `kernels.mingru`; returns outputs [T, n, H] and the last state [n, H].

    The state that comes in is a constant: gradients stop at the start of the block.
    """

    @staticmethod
    def forward(
        ctx: Any, p: Tensor, bias: Tensor, h0: Tensor, reset: Tensor
    ) -> tuple[Tensor, Tensor]:
        steps, lanes, width = p.shape[0], p.shape[1], h0.shape[1]
        y, u = torch.empty(steps, lanes, width), torch.empty(steps, lanes, width)
        last = h0.detach().clone(memory_format=torch.contiguous_format)
        kernels.mingru(_array(p), _array(bias), last.numpy(), _array(reset), y.numpy(), u.numpy())
        ctx.kept = p.detach(), bias.detach(), h0.detach(), reset, y
        ctx.mark_non_differentiable(last)
        return u, last

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, Tensor, None, None]:
        p, bias, h0, reset, y = ctx.kept
        grad_p, grad_bias = torch.empty_like(p), torch.zeros_like(bias)
        arrays = [_array(x) for x in (p, bias, h0, reset, y, grads[0])]
        kernels.mingru_backward(*arrays, grad_p.numpy(), grad_bias.numpy())
        return grad_p, grad_bias, None, None


def gather_sum(table: Tensor, codes: Tensor, choices: int) -> Tensor:
    out: Tensor = GatherSum.apply(  # type: ignore[no-untyped-call]
        table, codes, choices
    )
    return out


def rms_norm(x: Tensor) -> Tensor:
    """`RMSNorm` over the last axis of any shape."""
    out: Tensor = RMSNorm.apply(  # type: ignore[no-untyped-call]
        x.reshape(-1, x.shape[-1])
    )
    return out.view(x.shape)


def mingru_scan(p: Tensor, bias: Tensor, h0: Tensor, reset: Tensor) -> tuple[Tensor, Tensor]:
    out: tuple[Tensor, Tensor] = MinGRUScan.apply(  # type: ignore[no-untyped-call]
        p, bias, h0, reset
    )
    return out
