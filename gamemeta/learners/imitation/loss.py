"""How far a policy is from what others did, or would have done."""

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from gamemeta.networks.policy import PolicyOutput


def imitation_loss(output: PolicyOutput, action: NDArray[np.int64], raw: NDArray[np.float32]) -> Tensor:
    """Minus the log probability [...] of actions that others played.

    Args:
        output: on rows [...].
        action: [..., heads].
        raw: [..., numbers], before they were squashed.
    """
    device = output.head_outputs.device
    codes = torch.from_numpy(np.ascontiguousarray(action)).to(device)
    loss = torch.zeros(output.head_outputs.shape[:-1], device=device)
    for k, logits in enumerate(output.logits):
        loss = loss - logits.log_softmax(-1).gather(-1, codes[..., k : k + 1])[..., 0]
    numbers = output.continuous
    if numbers is not None:
        loss = loss - numbers.log_prob(torch.from_numpy(np.ascontiguousarray(raw)).to(device))
    return loss


def equal_actions(output: PolicyOutput, action: NDArray[np.int64]) -> Tensor:
    """Whether the likeliest codes are those that others played, [...]; always, where there are only
    numbers."""
    codes = torch.from_numpy(np.ascontiguousarray(action)).to(output.head_outputs.device)
    equal = torch.ones(output.head_outputs.shape[:-1], dtype=torch.bool, device=codes.device)
    for k, logits in enumerate(output.logits):
        equal = equal & (logits.argmax(-1) == codes[..., k])
    return equal


def advice_loss(output: PolicyOutput, advice: NDArray[Any]) -> Tensor:
    """Cross-entropy [...] of the policy's choices with those of a teacher, and minus the log density of the
    teacher's means, before they are squashed.

    Args:
        output: on rows [...].
        advice: [..., choices of all heads + numbers], the teacher's logits and means.
    """
    wanted = torch.from_numpy(np.ascontiguousarray(advice)).to(output.head_outputs.device)
    loss = torch.zeros(output.head_outputs.shape[:-1], device=wanted.device)
    for columns, logits in zip(output.layout.of_heads, output.logits, strict=True):
        loss = loss - (wanted[..., columns].softmax(-1) * logits.log_softmax(-1)).sum(-1)
    numbers = output.continuous
    if numbers is not None:
        loss = loss - numbers.log_prob(wanted[..., output.layout.of_continuous])
    return loss
