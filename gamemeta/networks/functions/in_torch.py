"""The network's parts in plain torch, for devices that compiled kernels do not reach.

One function for each part that has its backward pass written out, with the same arguments and answers;
here autograd finds the way back. `functions.apply` chooses between the two, and tests hold one against the
other.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import torch
from torch import Tensor
from torch.nn.functional import linear, max_pool2d

_EPSILON = 1e-5
_chosen = ContextVar("plain_torch", default=False)


def chosen() -> bool:
    """Whether this thread is within `plain_torch`."""
    return _chosen.get()


@contextmanager
def plain_torch() -> Iterator[None]:
    """Within this, networks are made of plain torch, wherever their tensors are."""
    token = _chosen.set(True)
    try:
        yield
    finally:
        _chosen.reset(token)


def rms_norm(x: Tensor) -> Tensor:
    """As `functions.RMSNorm`, of the last axis of [..., D]."""
    return x * (x.square().mean(-1, keepdim=True) + _EPSILON).rsqrt()


def heads(x: Tensor, *parameters: Tensor) -> Tensor:
    """As `functions.Heads`."""
    count = len(parameters) // 2
    return linear(rms_norm(x), torch.cat(parameters[:count]), torch.cat(parameters[count:]))


def max_pool(x: Tensor) -> Tensor:
    """As `functions.MaxPool`."""
    return max_pool2d(x, kernel_size=3, stride=2, padding=1)
