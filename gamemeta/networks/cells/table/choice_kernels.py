# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False, check-untyped-defs=False
"""Compiled parts of what a table cell thinks of each action. Shapes: R rows, A actions, C units, W numbers
of a table's row. Arrays over actions are [R * A, ...], the actions of a row one after the other. All arrays
belong to the caller.
"""

import numpy as np

from gamemeta.arithmetic.activations import sigmoid
from gamemeta_levels.kernel import fast_kernel

_ZERO, _ONE = np.float32(0), np.float32(1)


@fast_kernel
def facts(y, out):
    """What was read as posterior means: [y / (1 + n), 1 / (1 + n)], n the last number of a row."""
    last = y.shape[1] - 1
    for r in range(y.shape[0]):
        share = _ONE / (_ONE + y[r, last])
        for d in range(last):
            out[r, d] = y[r, d] * share
        out[r, last] = share


@fast_kernel
def facts_backward(y, grad, grad_y):
    """Backward pass of `facts`: grad_y from its input y and the gradient of its output."""
    last = y.shape[1] - 1
    for r in range(y.shape[0]):
        share = _ONE / (_ONE + y[r, last])
        total = grad[r, last]
        for d in range(last):
            total += grad[r, d] * y[r, d]
            grad_y[r, d] = grad[r, d] * share
        grad_y[r, last] = -total * share * share


@fast_kernel
def begin(p, context, known):
    """p[r, a] += context[r];  known = silu(p)."""
    A, C = p.shape[0] // context.shape[0], p.shape[1]
    for r in range(context.shape[0]):
        for a in range(A):
            for j in range(C):
                x = p[r * A + a, j] + context[r, j]
                p[r * A + a, j] = x
                known[r * A + a, j] = x * sigmoid(x)


@fast_kernel
def begin_backward(p, grad, grad_context):
    """grad *= silu'(p); grad_context is its sum over actions."""
    A, C = p.shape[0] // grad_context.shape[0], p.shape[1]
    for r in range(grad_context.shape[0]):
        for j in range(C):
            grad_context[r, j] = _ZERO
        for a in range(A):
            for j in range(C):
                x = p[r * A + a, j]
                s = sigmoid(x)
                slope = grad[r * A + a, j] * s * (_ONE + x * (_ONE - s))
                grad[r * A + a, j] = slope
                grad_context[r, j] += slope


@fast_kernel
def finish(known, mixed, pick, weight, both):
    """known += silu(mixed);  weight = softmax(known pick) over actions;  both = weighted mean, and mean."""
    R, A = weight.shape
    C = known.shape[1]
    for r in range(R):
        top = _ZERO  # no infinity: this is compiled as if there were none
        for a in range(A):
            score = _ZERO
            for j in range(C):
                x = mixed[r * A + a, j]
                value = known[r * A + a, j] + x * sigmoid(x)
                known[r * A + a, j] = value
                score += value * pick[j]
            weight[r, a] = score
            top = score if a == 0 else max(top, score)
        total = _ZERO
        for a in range(A):
            weight[r, a] = np.exp(weight[r, a] - top)
            total += weight[r, a]
        for j in range(2 * C):
            both[r, j] = _ZERO
        for a in range(A):
            weight[r, a] /= total
            for j in range(C):
                both[r, j] += weight[r, a] * known[r * A + a, j]
                both[r, C + j] += known[r * A + a, j]
        for j in range(C):
            both[r, C + j] /= np.float32(A)


@fast_kernel
def finish_backward(known, mixed, pick, weight, grad_both, grad, grad_mixed, grad_pick):
    """`grad` [R * A, C] comes with the gradient of `known` from elsewhere and becomes the whole one."""
    R, A = weight.shape
    C = known.shape[1]
    slope = np.zeros(A, np.float32)
    for r in range(R):
        mean = _ZERO
        for a in range(A):
            total = _ZERO
            for j in range(C):
                total += grad_both[r, j] * known[r * A + a, j]
            slope[a] = total
            mean += weight[r, a] * total
        for a in range(A):
            score = weight[r, a] * (slope[a] - mean)
            for j in range(C):
                i = r * A + a
                whole = grad[i, j] + weight[r, a] * grad_both[r, j]
                whole += grad_both[r, C + j] / np.float32(A) + score * pick[j]
                grad_pick[j] += score * known[i, j]
                x = mixed[i, j]
                s = sigmoid(x)
                grad[i, j] = whole
                grad_mixed[i, j] = whole * s * (_ONE + x * (_ONE - s))
