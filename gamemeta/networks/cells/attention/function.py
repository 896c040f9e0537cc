"""Attention over a window of steps as one torch function with its backward pass written out."""

from typing import Any

import torch
from torch import Tensor

from gamemeta.networks.cells.attention import in_torch as plain
from gamemeta.networks.cells.attention import kernels
from gamemeta.networks.functions.functions import Function, array


class Attend(Function):
    """What T steps of n agents read out of what they remember.

    Takes queries [T, n, H size]; keys [n, size, window + T] and values [n, window + T, size], of which the
    last T are those of the steps and the others constants, through which no gradient flows; a bias
    [H, window] for every distance; and the first column that a step may look at, int32 [T, n]. Gives
    [T, n, H size].
    """

    in_torch = staticmethod(plain.attend)

    @staticmethod
    def forward(ctx: Any, query: Tensor, keys: Tensor, values: Tensor, bias: Tensor, first: Tensor) -> Tensor:
        steps, lanes, width = query.shape
        heads = len(bias)
        asked = (query.transpose(0, 1) * (width // heads) ** -0.5).reshape(lanes, steps * heads, -1)
        weight = torch.bmm(asked, keys)
        kernels.softmax(weight.numpy(), array(bias.flip(1)), array(first))
        read = torch.bmm(weight, values)
        ctx.kept = asked, keys.detach(), values.detach(), weight, array(first), bias.shape
        return read.view(lanes, steps, width).transpose(0, 1).contiguous()

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor | None, ...]:
        asked, keys, values, weight, first, (heads, window) = ctx.kept
        steps, lanes, width = grads[0].shape
        size = width // heads
        grad = grads[0].transpose(0, 1).reshape(asked.shape)
        grad_values, grad_keys = torch.zeros_like(values), torch.zeros_like(keys)
        grad_values[:, window:] = torch.bmm(weight[:, :, window:].transpose(1, 2), grad)
        grad_score = torch.bmm(grad, values.transpose(1, 2))
        grad_bias = torch.zeros(heads, window)
        kernels.softmax_backward(weight.numpy(), first, grad_score.numpy(), grad_bias.numpy())
        grad_keys[:, :, window:] = torch.bmm(asked.transpose(1, 2), grad_score[:, :, window:])
        grad_query = torch.bmm(grad_score, keys.transpose(1, 2)) * size**-0.5
        grad_query = grad_query.view(lanes, steps, width).transpose(0, 1)
        return grad_query, grad_keys, grad_values, grad_bias.flip(1), None
