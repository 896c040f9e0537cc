"""Attention over a window of steps in plain torch."""

import torch
from torch import Tensor


def attend(query: Tensor, keys: Tensor, values: Tensor, bias: Tensor, first: Tensor) -> Tensor:
    """As `function.Attend`, with a mask of what a step may look at."""
    steps, lanes, width = query.shape
    heads, window = bias.shape
    columns, size = keys.shape[2], width // heads
    asked = query.view(steps, lanes, heads, size).permute(1, 2, 0, 3) * size**-0.5
    score = asked.reshape(lanes, -1, size) @ keys
    column = torch.arange(columns, device=query.device)
    back = torch.arange(window, window + steps, device=query.device)[:, None] - column
    seen = (back >= 0) & (back < window) & (column >= first.t()[:, :, None])
    score = score.view(lanes, heads, steps, columns) + bias[:, back.clamp(0, window - 1)]
    weight = score.masked_fill(~seen[:, None], -torch.inf).softmax(-1)
    read: Tensor = weight.view(lanes, -1, columns) @ values
    return read.view(lanes, heads, steps, size).permute(2, 0, 1, 3).reshape(steps, lanes, width)
