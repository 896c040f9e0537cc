"""A perceptron with tanh units, forward and backward in NumPy, each of n agents with its weights."""

from collections.abc import Mapping

import numpy as np

from gamemeta.agent.shape.weights import Array

Weights = Mapping[str, Array]
"""`K.weight` [n, inputs, outputs] and `K.bias` [n, outputs] of layer K; n may be 1 for all agents alike."""


def depth(weights: Weights) -> int:
    """Number of layers, the last included."""
    return sum(name.endswith(".weight") for name in weights)


def forward(weights: Weights, seen: Array) -> list[Array]:
    """The input of each layer and the output of the last, [n, T, units] each, from rows [n, T, R]."""
    values = [seen]
    last = depth(weights) - 1
    for k in range(last + 1):
        out = values[-1] @ weights[f"{k}.weight"] + weights[f"{k}.bias"][:, None]
        values.append(out if k == last else np.tanh(out))
    return values


def backward(weights: Weights, values: list[Array], grad: Array) -> dict[str, Array]:
    """Gradients of each agent's weights, from that of the output [n, T, outputs].

    Args:
        weights: as `forward` had them.
        values: what it returned.
        grad: of a sum over steps.
    """
    grads: dict[str, Array] = {}
    for k in range(depth(weights) - 1, -1, -1):
        grads[f"{k}.weight"] = values[k].transpose(0, 2, 1) @ grad
        grads[f"{k}.bias"] = grad.sum(axis=1)
        if k:
            grad = (grad @ weights[f"{k}.weight"].transpose(0, 2, 1)) * (1 - np.square(values[k]))
    return grads
