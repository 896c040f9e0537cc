# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False, check-untyped-defs=False
"""Compiled gates of the gated recurrent unit, one step at a time. All arrays belong to the caller.

r = sigmoid(r_in + r_state), z = sigmoid(z_in + z_state), c = tanh(c_in + r c_state), h' = c + z (h - c).
"""

import numpy as np

from gamemeta.arithmetic.activations import sigmoid, tanh
from gamemeta_levels.kernel import fast_kernel

_ZERO, _ONE = np.float32(0), np.float32(1)


@fast_kernel
def clear(h, reset, out):
    """out = h, with 0 where `reset` [n] holds."""
    for i in range(h.shape[0]):
        keep = _ZERO if reset[i] else _ONE
        for k in range(h.shape[1]):
            out[i, k] = h[i, k] * keep


@fast_kernel
def gates(p, bias, from_state, state_bias, h, after):
    """One step of n agents: p and from_state [n, 3 H] from the input and from h [n, H]; after [n, H], out."""
    width = h.shape[1]
    for i in range(h.shape[0]):
        for k in range(width):
            r = sigmoid(p[i, k] + bias[k] + from_state[i, k] + state_bias[k])
            z = sigmoid(p[i, width + k] + bias[width + k] + from_state[i, width + k] + state_bias[width + k])
            from_h = from_state[i, 2 * width + k] + state_bias[2 * width + k]
            c = tanh(p[i, 2 * width + k] + bias[2 * width + k] + r * from_h)
            after[i, k] = c + z * (h[i, k] - c)


@fast_kernel
def gates_backward(p, bias, from_state, state_bias, h, grad, grad_p, grad_from_state, grad_h):
    """Gradients of `gates` with respect to p, from_state and, but for the way through `from_state`, h."""
    width = h.shape[1]
    for i in range(h.shape[0]):
        for k in range(width):
            r = sigmoid(p[i, k] + bias[k] + from_state[i, k] + state_bias[k])
            z = sigmoid(p[i, width + k] + bias[width + k] + from_state[i, width + k] + state_bias[width + k])
            from_h = from_state[i, 2 * width + k] + state_bias[2 * width + k]
            c = tanh(p[i, 2 * width + k] + bias[2 * width + k] + r * from_h)
            slope = grad[i, k] * (_ONE - z) * (_ONE - c * c)
            to_r = slope * from_h * r * (_ONE - r)
            to_z = grad[i, k] * (h[i, k] - c) * z * (_ONE - z)
            grad_p[i, k] = to_r
            grad_p[i, width + k] = to_z
            grad_p[i, 2 * width + k] = slope
            grad_from_state[i, k] = to_r
            grad_from_state[i, width + k] = to_z
            grad_from_state[i, 2 * width + k] = slope * r
            grad_h[i, k] = grad[i, k] * z
