"""The network's parts as torch functions, each with its backward pass written out.

Each part is a pair: a plain forward over arrays, which acting calls directly, and a torch function
around it for training. Parts are coarse on purpose: the fewer nodes autograd sees, the less
time two training threads spend waiting for each other. `tests/gamemeta/test_networks.py` compares every
backward pass with autograd's.
"""

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from gamemeta.networks import kernels


def array(tensor: Tensor) -> NDArray[Any]:
    """The tensor's memory as a contiguous NumPy array."""
    out: NDArray[Any] = tensor.detach().contiguous().numpy()
    return out


def apply(function: type[torch.autograd.Function], *arguments: Any) -> Any:
    """Call a torch function whose backward pass is written out."""
    return function.apply(*arguments)  # type: ignore[no-untyped-call]


def encode(
    start: Tensor, tables: list[Tensor], values: list[Tensor], codes: list[int], *, rectify: bool = True
) -> Tensor:
    """ReLU(start + sum over buffers), or the sum itself: float32 [R, D].

    Args:
        start: [D], or [R, D] where images were seen.
        tables: one [elements * codes, D] for each buffer of symbols, [elements, D] for quantities.
        values: one [R, elements] for each buffer.
        codes: symbols to choose from in each buffer; 0 for quantities.
        rectify: whether to take the ReLU.
    """
    rows = values[0].shape[0] if values else start.shape[0]
    out = torch.empty(rows, start.shape[-1])
    out_array = out.numpy()
    out_array[:] = array(start)
    for table, value, choices in zip(tables, values, codes, strict=True):
        if choices:
            kernels.gather_sum(array(value), choices, array(table), out_array)
        else:
            kernels.product_sum(array(value), array(table), out_array)
    if rectify:
        kernels.relu(out_array)
    return out


class Encode(torch.autograd.Function):
    """`encode` for training; called as apply(codes, rectify, start, *tables, *values)."""

    @staticmethod
    def forward(ctx: Any, codes: list[int], rectify: bool, start: Tensor, *buffers: Tensor) -> Tensor:
        tables, values = list(buffers[: len(codes)]), list(buffers[len(codes) :])
        out = encode(start, tables, values, codes, rectify=rectify)
        ctx.kept = codes, rectify, values, [table.shape[0] for table in tables], start.dim() == 1
        ctx.save_for_backward(out)
        return out

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Any, ...]:
        codes, rectify, values, rows, one_start = ctx.kept
        (out,) = ctx.saved_tensors
        grad = torch.where(out > 0, grads[0], 0.0) if rectify else grads[0].contiguous()
        table_grads = []
        for value, choices, size in zip(values, codes, rows, strict=True):
            if choices:
                table_grad = torch.zeros(size, grad.shape[1])
                kernels.scatter_add(array(value), choices, array(grad), table_grad.numpy())
            else:
                table_grad = value.t() @ grad
            table_grads.append(table_grad)
        start_grad = grad.sum(0) if one_start else grad
        return None, None, start_grad, *table_grads, *(None for _ in values)


class RMSNorm(torch.autograd.Function):
    """Rows of [R, D] scaled to root mean square 1 (Zhang and Sennrich 2019), without a gain."""

    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        y, scale = normalise(x)
        ctx.scale = scale
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> Tensor:
        (y,) = ctx.saved_tensors
        out = torch.zeros_like(y)
        kernels.rms_norm_backward(array(grads[0]), array(y), ctx.scale, out.numpy())
        return out


def normalise(x: Tensor) -> tuple[Tensor, NDArray[np.float32]]:
    """Rows of [R, D] at root mean square 1, and the factor [R] that took each there."""
    y, scale = torch.empty(x.shape), np.empty(x.shape[0], np.float32)
    kernels.rms_norm(array(x), y.numpy(), scale)
    return y, scale


def mingru_block(
    x: Tensor, weight: Tensor, bias: Tensor, out: Tensor, state: Tensor, reset: Tensor
) -> tuple[Tensor, Tensor, tuple[Any, ...]]:
    """One residual block of `memory.MinGRU` over x [T, n, D].

    Returns the outputs [T, n, D], the state [n, D] after step T, and what the backward pass needs.
    """
    steps, lanes, width = x.shape
    flat = x.reshape(-1, width)
    normal, scale = normalise(flat)
    p = torch.mm(normal, weight.t())
    y, u = torch.empty(steps, lanes, width), torch.empty(steps * lanes, width)
    last = state.detach().clone(memory_format=torch.contiguous_format)
    kernels.mingru(
        p.numpy().reshape(steps, lanes, -1),
        array(bias),
        last.numpy(),
        array(reset),
        y.numpy(),
        u.numpy().reshape(steps, lanes, -1),
    )
    result = torch.addmm(flat, u, out.t()).view(x.shape)
    return result, last, (normal, scale, p, y, u)


class MinGRUBlock(torch.autograd.Function):
    """`mingru_block` for training. The state that comes in is a constant: gradients stop there."""

    @staticmethod
    def forward(
        ctx: Any, x: Tensor, weight: Tensor, bias: Tensor, out: Tensor, state: Tensor, reset: Tensor
    ) -> tuple[Tensor, Tensor]:
        result, last, kept = mingru_block(x, weight, bias, out, state, reset)
        ctx.kept = weight.detach(), bias.detach(), out.detach(), state.detach(), reset, *kept
        ctx.mark_non_differentiable(last)
        return result, last

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor, None, None]:
        weight, bias, out, state, reset, normal, scale, p, y, u = ctx.kept
        steps, lanes, width = y.shape
        grad = grads[0].reshape(-1, width)
        grad_u = torch.mm(grad, out)
        grad_out = torch.mm(grad.t(), u)
        grad_p, grad_bias = torch.empty_like(p), torch.zeros_like(bias)
        shape = (steps, lanes, -1)
        kernels.mingru_backward(
            p.numpy().reshape(shape),
            array(bias),
            array(state),
            array(reset),
            y.numpy(),
            grad_u.numpy().reshape(shape),
            grad_p.numpy().reshape(shape),
            grad_bias.numpy(),
        )
        grad_weight = torch.mm(grad_p.t(), normal)
        grad_x = grad.clone(memory_format=torch.contiguous_format)
        grad_normal = torch.mm(grad_p, weight)
        kernels.rms_norm_backward(grad_normal.numpy(), normal.numpy(), scale, grad_x.numpy())
        return grad_x.view(y.shape), grad_weight, grad_bias, grad_out, None, None
