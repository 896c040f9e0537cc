"""The network's parts as torch functions, each with its backward pass written out.

Each part is a pair: a plain forward over arrays, which acting calls directly, and a torch function
around it for training, which names the same part in plain torch. Parts are coarse on purpose: the fewer
nodes autograd sees, the less time two training threads spend waiting for each other.
`tests/gamemeta/networks/test_networks.py` compares every backward pass with autograd's.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from gamemeta.networks.functions import in_torch as plain
from gamemeta.networks.functions import kernels, pool_kernels


def array(tensor: Tensor) -> NDArray[Any]:
    """The tensor's memory as a contiguous NumPy array."""
    out: NDArray[Any] = tensor.detach().contiguous().numpy()
    return out


def factors(tensor: Tensor) -> NDArray[Any]:
    """The same, where bfloat16 comes as uint16."""
    return array(tensor.view(torch.uint16) if tensor.dtype == torch.bfloat16 else tensor)


class Function(torch.autograd.Function):
    """A torch function whose backward pass is written out."""

    in_torch: Callable[..., Any]
    """The same in plain torch."""


def apply(function: type[Function], *arguments: Any) -> Any:
    """Call a torch function; within `plain.plain_torch`, the same in plain torch."""
    if plain.chosen():
        return function.in_torch(*arguments)
    return function.apply(*arguments)  # type: ignore[no-untyped-call]


class RMSNorm(Function):
    """Rows of [R, D] scaled to root mean square 1 (Zhang and Sennrich 2019), without a gain."""

    in_torch = staticmethod(plain.rms_norm)

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


def normalise(x: Tensor, dtype: torch.dtype = torch.float32) -> tuple[Tensor, NDArray[np.float32]]:
    """Rows of [R, D] at root mean square 1, and the factor [R] that took each there."""
    y, scale = torch.empty(x.shape, dtype=dtype), np.empty(x.shape[0], np.float32)
    kernels.rms_norm(array(x), factors(y), scale)
    return y, scale


class Heads(Function):
    """Linear heads side by side on rows of root mean square 1; called as apply(x, *weights, *biases).

    x [T, n, D], a weight [columns, D] and a bias [columns] for each head; gives [T, n, columns of all].
    """

    in_torch = staticmethod(plain.heads)

    @staticmethod
    def forward(ctx: Any, x: Tensor, *parameters: Tensor) -> Tensor:
        heads = len(parameters) // 2
        weight, bias = torch.cat(parameters[:heads]), torch.cat(parameters[heads:])
        normal, scale = normalise(x.reshape(-1, x.shape[-1]))
        ctx.kept = x.shape, normal, scale, weight, [len(part) for part in parameters[heads:]]
        return torch.addmm(bias, normal, weight.t()).view(*x.shape[:-1], -1)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, ...]:
        shape, normal, scale, weight, columns = ctx.kept
        grad = grads[0].reshape(-1, len(weight))
        grad_weight, grad_bias = torch.mm(grad.t(), normal), grad.sum(0)
        grad_normal, grad_x = torch.mm(grad, weight), torch.zeros(normal.shape)
        kernels.rms_norm_backward(grad_normal.numpy(), normal.numpy(), scale, grad_x.numpy())
        return grad_x.view(shape), *torch.split(grad_weight, columns), *torch.split(grad_bias, columns)


class MaxPool(Function):
    """Max-pooling 3x3 at every second place, border included: [R, C, ceil(H / 2), ceil(W / 2)] out of
    [R, C, H, W], float32 or bfloat16, channels last in memory."""

    in_torch = staticmethod(plain.max_pool)

    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        rows, channels, height, width = x.shape
        shape = rows, (height + 1) // 2, (width + 1) // 2, channels
        out, which = torch.empty(shape, dtype=x.dtype), torch.empty(shape, dtype=torch.uint8)
        pool_kernels.max_pool(factors(x.permute(0, 2, 3, 1)), factors(out), which.numpy())
        ctx.kept = which, (rows, height, width, channels)
        return out.permute(0, 3, 1, 2)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> Tensor:
        which, shape = ctx.kept
        out = torch.empty(shape, dtype=grads[0].dtype)
        pool_kernels.max_pool_backward(factors(grads[0].permute(0, 2, 3, 1)), which.numpy(), factors(out))
        return out.permute(0, 3, 1, 2)
