# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False, check-untyped-defs=False
"""Compiled parts of attention: softmax over the steps that a step may look at, and a single step. All
arrays belong to the caller.

Shapes: n agents, T steps, H heads, W steps of window. Rows are [n, T * H, W + T], step after step and of
each the heads; row t of an agent may look from column max(first, t + 1) to column W + t.
"""

import numpy as np

from gamemeta.agent.compiled.attention_kernels import attend
from gamemeta.arithmetic.activations import exp
from gamemeta_levels.kernel import fast_kernel

_ZERO, _ONE = np.float32(0), np.float32(1)


@fast_kernel
def softmax(score, bias, first):
    """In place: the weights of what a step may look at, 0 elsewhere.

    `bias` [H, W] is added, its last column to the step itself; `first` int32 [T, n].
    """
    heads, window = bias.shape
    for i in range(score.shape[0]):
        for r in range(score.shape[1]):
            t, row, extra = r // heads, score[i, r], bias[r % heads]
            begin, end = max(first[t, i], t + 1), window + t + 1
            row[:begin], row[end:] = _ZERO, _ZERO
            band, more = row[begin:end], extra[begin - t - 1 :]
            top = band[0] + more[0]
            for c in range(band.shape[0]):
                band[c] += more[c]
                top = max(top, band[c])
            total = _ZERO
            for c in range(band.shape[0]):
                band[c] = exp(band[c] - top)
                total += band[c]
            share = _ONE / total
            for c in range(band.shape[0]):
                band[c] *= share


@fast_kernel
def softmax_backward(weight, first, grad, grad_bias):
    """`grad` in place: with respect to weights, then to scores; adds to the gradient of the bias."""
    heads, window = grad_bias.shape
    for i in range(weight.shape[0]):
        for r in range(weight.shape[1]):
            t = r // heads
            begin, end = max(first[t, i], t + 1), window + t + 1
            grad[i, r, :begin], grad[i, r, end:] = _ZERO, _ZERO
            band, row = weight[i, r, begin:end], grad[i, r, begin:end]
            more = grad_bias[r % heads, begin - t - 1 :]
            total = _ZERO
            for c in range(band.shape[0]):
                total += band[c] * row[c]
            for c in range(band.shape[0]):
                row[c] = band[c] * (row[c] - total)
                more[c] += row[c]


@fast_kernel
def step(p, bias, state, reset, after, u):
    """One step of n agents: `attend` on what was in state [n, S], in after [n, S]; u [n, D] is filled."""
    score = np.empty(bias.shape[1], np.float32)
    for i in range(p.shape[0]):
        if reset[i]:
            after[i] = _ZERO
        else:
            after[i] = state[i]
        attend(p[i], bias, after[i], score, u[i])
