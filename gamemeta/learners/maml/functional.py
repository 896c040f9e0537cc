"""The network as a function of its weights, in torch, and a step of the inner loop that has derivatives."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from gamemeta.action_mask import ACTION_MASK, NEVER, legal
from gamemeta.agent.gradient.perceptron import depth
from gamemeta.agent.gradient.shape import LOG_STD, GradientShape
from gamemeta.agent.shape.spread import LEAST_LOG_STD, MOST_LOG_STD
from gamemeta.learners.maml.played import Played
from gamemeta.networks.squashed_normals import SquashedNormals

Weights = Mapping[str, Tensor]
"""By name, [n, ...]."""


@dataclass
class Steps:
    """`Played` in torch: seen [n, T, R], and what was done."""

    seen: Tensor
    codes: Tensor
    raw: Tensor
    log_prob: Tensor
    mask: Tensor
    advantage: Tensor
    weight: Tensor
    target: Tensor
    illegal: Tensor | None
    """bool [n, T, choices]; None where all are legal."""

    @classmethod
    def of(cls, shape: GradientShape, played: Played, inputs: Mapping[str, NDArray[np.generic]]) -> "Steps":
        """Of these episodes, with inputs that are normalised."""
        spec = shape.spec
        allowed = legal(played.inputs[ACTION_MASK], spec.action) if spec.masked else None
        return cls(
            seen=torch.from_numpy(shape.seen(dict(inputs))),
            codes=torch.from_numpy(played.codes),
            raw=torch.from_numpy(played.raw),
            log_prob=torch.from_numpy(played.log_prob),
            mask=torch.from_numpy(played.mask),
            advantage=torch.from_numpy(played.advantage),
            weight=torch.from_numpy(played.weight),
            target=torch.from_numpy(played.target),
            illegal=None if allowed is None else torch.from_numpy(~allowed),
        )


def perceptron(weights: Weights, seen: Tensor) -> Tensor:
    """As `gamemeta.agent.gradient.perceptron.forward`: [n, T, outputs]; one agent's weights serve all."""
    x, last = seen, depth(weights) - 1  # type: ignore[arg-type]
    for k in range(last + 1):
        x = torch.matmul(x, weights[f"{k}.weight"]) + weights[f"{k}.bias"][:, None]
        x = x if k == last else x.tanh()
    return x


@dataclass
class Choices:
    """What a policy would do in some steps."""

    log_prob: Tensor
    """[n, T], of what was done."""
    entropy: Tensor
    """[n, T]."""


def choices(shape: GradientShape, weights: Weights, steps: Steps, *, entropies: bool = True) -> Choices:
    """Log probabilities of what was done, and entropies if they are wanted, under these weights."""
    action = shape.spec.action
    outputs = perceptron(weights, steps.seen)
    log_prob = entropy = torch.zeros(outputs.shape[:-1])
    ends = [0, *np.cumsum(action.heads).tolist()] if action.heads else [0]
    for h, (first, end) in enumerate(pairwise(ends)):
        logits = outputs[..., first:end]
        if steps.illegal is not None:
            logits = logits.masked_fill(steps.illegal[..., first:end], float(NEVER))
        of_head = logits.log_softmax(-1)
        log_prob = log_prob + of_head.gather(-1, steps.codes[..., h : h + 1])[..., 0]
        entropy = entropy - (of_head.exp() * of_head).sum(-1) if entropies else entropy
    if action.continuous:
        mean = outputs[..., ends[-1] :]
        normals = SquashedNormals(mean, weights[LOG_STD][:, None].expand_as(mean))
        log_prob = log_prob + normals.log_prob(steps.raw)
        entropy = entropy + normals.entropy() if entropies else entropy
    return Choices(log_prob, entropy)


def inner_objective(weights: Weights, shape: GradientShape, steps: Steps) -> Tensor:
    """What a step increases, summed over agents: the mean over steps of ratio times advantage.

    The ratio is that of the probability of what was done to what it was when it was done: 1 where the weights
    are those that acted. Its first derivative is that of the log probability. Its second one also says how
    the weights change what is played before the step, which the log probability's leaves out
    (Foerster et al. 2018; the low variance curvature of Rothfuss et al. 2019).
    """
    now = choices(shape, weights, steps, entropies=False)
    ratio = (now.log_prob - steps.log_prob).exp()
    length = steps.mask.sum(1).clamp(min=1)
    return ((ratio * steps.advantage * steps.mask).sum(1) / length).sum()


def stepped(
    weights: Weights, rates: Weights, shape: GradientShape, steps: Steps, *, first_order: bool
) -> dict[str, Tensor]:
    """The weights after a step on their own episodes.

    Args:
        weights: [n, ...] by name.
        rates: step sizes, [...] or [1] by name.
        shape: of the network.
        steps: of one episode of each.
        first_order: whether the gradient counts as a constant.
    """
    grads = torch.func.grad(inner_objective)(dict(weights), shape, steps)
    after = {}
    for name, weight in weights.items():
        grad = grads[name].detach() if first_order else grads[name]
        moved = weight + rates[name] * grad
        after[name] = moved.clamp(LEAST_LOG_STD, MOST_LOG_STD) if name == LOG_STD else moved
    return after
