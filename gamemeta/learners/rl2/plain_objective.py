"""PPO's loss in plain torch, for devices that compiled kernels do not reach; see `objective`."""

from itertools import accumulate
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from gamemeta.networks.layout import Layout
from gamemeta.rollout.batch import Batch

if TYPE_CHECKING:
    from gamemeta.learners.rl2.loss_terms import Weights

BITS = 8
"""Of a mask of right classes."""


def objective(
    outputs: Tensor,
    log_prob: Tensor,
    entropy: Tensor,
    layout: Layout,
    batch: Batch,
    weights: "Weights",
    clip: float,
    guide: str | None,
    sums: NDArray[np.float64],
) -> Tensor:
    """The loss of `objective.objective`, from what that hands to its torch function."""
    near = _Near(outputs.device)
    action = near(batch.action)
    for k, columns in enumerate(layout.of_heads):
        log_probs = outputs[..., columns].log_softmax(-1)
        log_prob = log_prob + log_probs.gather(-1, action[..., k : k + 1])[..., 0]
        entropy = entropy - (log_probs.exp() * log_probs).sum(-1)
    change = log_prob - near(batch.log_prob)
    ratio, advantage = change.exp(), near(batch.advantage)
    limited = ratio.clamp(1 - clip, 1 + clip)
    labels = [
        _label(outputs[..., columns], near(batch.labels[name])) for name, columns in layout.of_labels.items()
    ]
    guided = [] if guide is None else [_label(outputs[..., layout.of_heads[0]], near(batch.labels[guide]))]
    terms = (
        -torch.minimum(ratio * advantage, limited * advantage),
        0.5 * (outputs[..., layout.value] - near(batch.returns)).square(),
        entropy,
        sum(labels, torch.zeros_like(change)),
        sum(guided, torch.zeros_like(change)),
        _reward_error(outputs, layout, action, near(batch.reward)),
        ratio - 1 - change,
        (ratio != limited).float(),
    )
    total = torch.stack([term.sum() for term in terms])
    sums += total.detach().cpu().numpy()
    return total @ near(weights.of_sums(batch.rows))


class _Near:
    """Arrays as tensors on this device."""

    def __init__(self, device: torch.device) -> None:
        self._device = device

    def __call__(self, array: NDArray[Any]) -> Tensor:
        return torch.from_numpy(np.ascontiguousarray(array)).to(self._device)


def _label(logits: Tensor, mask: Tensor) -> Tensor:
    """-log of the probability of the right classes, where any is."""
    bits = torch.arange(logits.shape[-1], device=mask.device).clamp(max=BITS)
    right = (mask[..., None].long() >> bits & 1) == 1
    of_right = logits.masked_fill(~right, torch.finfo(logits.dtype).min).logsumexp(-1)
    return torch.where(right.any(-1), logits.logsumexp(-1) - of_right, 0.0)


def _reward_error(outputs: Tensor, layout: Layout, action: Tensor, reward: Tensor) -> Tensor:
    """Half the squared errors of what was predicted for the actions taken."""
    if not layout.rewards:
        return torch.zeros_like(reward)
    first = torch.tensor(list(accumulate(layout.heads, initial=0))[:-1], device=action.device)
    predicted = outputs[..., layout.of_rewards].gather(-1, action + first)
    return 0.5 * (predicted - reward[..., None]).square().sum(-1)
