# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False, check-untyped-defs=False
"""The recurrence of `cells.mingru.cell.MinGRU` forwards and backwards. All arrays belong to the caller.

Going forwards, whatever the backward pass needs that no gradient takes part in is worked out and kept: tanh
and sigmoid cost more than memory does. Loops are many and short on purpose: LLVM vectorises those that touch
four or five arrays, which may overlap as far as it knows; and rows are not taken out as arrays of their own,
for counting who holds them costs more than a loop. Arrays of factors are float32, or bfloat16 as `bfloat16`
tells.
"""

import numpy as np

from gamemeta.arithmetic.activations import sigmoid, tanh
from gamemeta.arithmetic.bfloat16 import narrowed, widened
from gamemeta_levels.kernel import fast_kernel

_ONE, _ZERO = np.float32(1), np.float32(0)


@fast_kernel
def mingru(p, bias, h, reset, kept, u):
    """The gated recurrence over [T, n].

    z, c, g = p + bias;  h += sigmoid(z) (tanh(c) - h);  u = h silu(g).

    Args:
        p: factors [T, n, 3 H], in: pre-activations that do not depend on h; out: what the gradients of
            z, c and g are multiples of, of those of h, h and u.
        bias: [3 H].
        h: [n, H], in: state before; out: state after.
        reset: [T, n], whether the state is cleared before step t.
        kept: factors [T, n, 2 H], out: sigmoid(z) and silu(g).
        u: factors [T, n, H], out: gated outputs.
    """
    width = h.shape[1]
    z, c, slope = np.empty(width, np.float32), np.empty(width, np.float32), np.empty(width, np.float32)
    for t in range(p.shape[0]):
        for i in range(p.shape[1]):
            if reset[t, i]:
                for k in range(width):
                    h[i, k] = _ZERO
            for k in range(width):
                z[k] = sigmoid(widened(p[t, i, k]) + bias[k])
                kept[t, i, k] = narrowed(z[k], kept)
            for k in range(width):
                c[k] = tanh(widened(p[t, i, width + k]) + bias[width + k])
                p[t, i, width + k] = narrowed(z[k] * (_ONE - c[k] * c[k]), p)
            for k in range(width):
                g = widened(p[t, i, 2 * width + k]) + bias[2 * width + k]
                s = sigmoid(g)
                kept[t, i, width + k] = narrowed(g * s, kept)
                slope[k] = s + g * s * (_ONE - s)
            for k in range(width):
                way = c[k] - h[i, k]
                p[t, i, k] = narrowed(way * z[k] * (_ONE - z[k]), p)
                h[i, k] += z[k] * way
            for k in range(width):
                u[t, i, k] = narrowed(h[i, k] * widened(kept[t, i, width + k]), u)
                p[t, i, 2 * width + k] = narrowed(h[i, k] * slope[k], p)


@fast_kernel
def mingru_backward(p, kept, reset, grad_u, grad_bias):
    """Gradients of `mingru`; none flows into the state that came in.

    Args:
        p: factors [T, n, 3 H], as `mingru` left it, in; its gradient, out.
        kept: as `mingru` left it.
        reset: [T, n].
        grad_u: factors [T, n, H].
        grad_bias: [3 H], is added to.
    """
    lanes, width = grad_u.shape[1], grad_u.shape[2]
    later, grad_h = np.zeros((lanes, width), np.float32), np.empty(width, np.float32)
    for t in range(p.shape[0] - 1, -1, -1):
        for i in range(lanes):
            for k in range(width):
                grad_h[k] = later[i, k] + widened(grad_u[t, i, k]) * widened(kept[t, i, width + k])
            for k in range(width):
                later[i, k] = grad_h[k] - grad_h[k] * widened(kept[t, i, k])
            for k in range(width):
                grad = widened(p[t, i, k]) * grad_h[k]
                p[t, i, k] = narrowed(grad, p)
                grad_bias[k] += grad
            for k in range(width):
                grad = widened(p[t, i, width + k]) * grad_h[k]
                p[t, i, width + k] = narrowed(grad, p)
                grad_bias[width + k] += grad
            for k in range(width):
                grad = widened(p[t, i, 2 * width + k]) * widened(grad_u[t, i, k])
                p[t, i, 2 * width + k] = narrowed(grad, p)
                grad_bias[2 * width + k] += grad
            if reset[t, i]:
                for k in range(width):
                    later[i, k] = _ZERO
