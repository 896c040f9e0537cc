"""One step of the policy gradient on an episode (Williams 1992), for n agents with weights of their own."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.action_mask import ACTION_MASK, only_legal
from gamemeta.agent.gradient.perceptron import backward, forward
from gamemeta.agent.gradient.shape import LOG_STD, GradientShape
from gamemeta.agent.shape.weights import Array
from gamemeta.trials.task_learner import Episode, Inputs

LARGEST_RAW = 4.0
"""Numbers nearer to their bounds than tanh of this count as so near: float32 cannot tell them apart."""


def score(
    shape: GradientShape, weights: Mapping[str, Array], seen: Array, episode: Episode, advantage: Array
) -> dict[str, Array]:
    """Gradient of the mean over steps of advantage times log probability of the action, [n, ...] by name.

    Args:
        shape: of the network.
        weights: that acted, [n, ...] by name.
        seen: [n, T, R], of `GradientShape.seen`.
        episode: what was done, [T, n, ...].
        advantage: [n, T].
    """
    action, share = shape.spec.action, (advantage / advantage.shape[1]).astype(np.float32)
    values = forward(weights, seen)
    outputs = _legal(shape, values[-1], episode.inputs)
    grad = np.empty_like(outputs)
    played = episode.action.swapaxes(0, 1)
    for h, columns in enumerate(action.columns):
        logits = outputs[..., columns]
        power = np.exp(logits - logits.max(axis=-1, keepdims=True))
        chance = power / power.sum(axis=-1, keepdims=True)
        chosen = played[..., h].astype(np.int64)[..., None] == np.arange(action.heads[h])
        grad[..., columns] = (chosen - chance) * share[..., None]
    grads: dict[str, Array] = {}
    if action.continuous:
        of_means = slice(sum(action.heads), None)
        spread = np.exp(weights[LOG_STD])[:, None]
        z = (raw_of(shape, played) - outputs[..., of_means]) / spread
        grad[..., of_means] = z / spread * share[..., None]
        grads[LOG_STD] = ((np.square(z) - 1) * share[..., None]).sum(axis=1)
    return backward(weights, values, grad) | grads


def raw_of(shape: GradientShape, played: NDArray[Any]) -> Array:
    """Numbers of actions [..., heads + numbers] before they were squashed into their bounds."""
    unit = shape.spec.action.before(played)["previous_numbers"].astype(np.float64)
    edge = np.tanh(LARGEST_RAW)
    raw: Array = np.arctanh(np.clip(unit, -edge, edge)).astype(np.float32)
    return raw


def _legal(shape: GradientShape, outputs: Array, inputs: Inputs) -> Array:
    if not shape.spec.masked:
        return outputs
    mask = inputs[ACTION_MASK].swapaxes(0, 1)
    flat = only_legal(
        outputs.reshape(-1, outputs.shape[-1]), mask.reshape(-1, mask.shape[-1]), shape.spec.action
    )
    return flat.reshape(outputs.shape)
