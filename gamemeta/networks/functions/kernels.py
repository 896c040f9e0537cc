# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False, check-untyped-defs=False
"""Compiled forward and backward passes of the network's parts. All arrays belong to the caller."""

import numpy as np

from gamemeta.arithmetic.activations import sigmoid, tanh
from gamemeta.arithmetic.bfloat16 import narrowed, widened
from gamemeta_levels.kernel import fast_kernel

_EPSILON = np.float32(1e-5)
_ONE, _ZERO = np.float32(1), np.float32(0)


@fast_kernel
def gather_sum(codes, choices, table, out):
    """out[r] += sum over k of table[k * choices + codes[r, k]]: a one-hot input times a matrix."""
    for r in range(codes.shape[0]):
        for k in range(codes.shape[1]):
            row = table[k * choices + codes[r, k]]
            for j in range(out.shape[1]):
                out[r, j] += row[j]


@fast_kernel
def scatter_add(codes, choices, grad, table_grad):
    """The transpose of `gather_sum`: table_grad[k * choices + codes[r, k]] += grad[r]."""
    for r in range(codes.shape[0]):
        for k in range(codes.shape[1]):
            row = table_grad[k * choices + codes[r, k]]
            for j in range(grad.shape[1]):
                row[j] += grad[r, j]


@fast_kernel
def product_sum(values, table, out):
    """out += values @ table, for few columns of values."""
    for r in range(values.shape[0]):
        for k in range(values.shape[1]):
            for j in range(out.shape[1]):
                out[r, j] += values[r, k] * table[k, j]


@fast_kernel
def relu(x):
    """Set what is negative in [R, D] to 0, in place."""
    for r in range(x.shape[0]):
        for j in range(x.shape[1]):
            x[r, j] = max(x[r, j], _ZERO)


@fast_kernel
def relu_backward(grad, y, out):
    """out = grad where y, of a ReLU, is not 0; all [R, D]."""
    for r in range(y.shape[0]):
        for j in range(y.shape[1]):
            out[r, j] = grad[r, j] if y[r, j] > _ZERO else _ZERO


@fast_kernel
def product_backward(values, grad, table_grad):
    """The transpose of `product_sum`: table_grad += values.T @ grad, for few columns of values."""
    for r in range(values.shape[0]):
        for k in range(values.shape[1]):
            for j in range(grad.shape[1]):
                table_grad[k, j] += values[r, k] * grad[r, j]


@fast_kernel
def add(x, more, out):
    """out = x + more, [R, D]; more may be bfloat16."""
    for r in range(x.shape[0]):
        for j in range(x.shape[1]):
            out[r, j] = x[r, j] + widened(more[r, j])


@fast_kernel
def rms_norm(x, y, scale):
    """y = x / sqrt(mean(x^2) + 1e-5) for each row; scale [R] keeps the factor. y may be bfloat16."""
    width = x.shape[1]
    for r in range(x.shape[0]):
        total = _ZERO
        for j in range(width):
            total += x[r, j] * x[r, j]
        factor = _ONE / np.sqrt(total / np.float32(width) + _EPSILON)
        scale[r] = factor
        for j in range(width):
            y[r, j] = narrowed(x[r, j] * factor, y)


@fast_kernel
def rms_norm_backward(grad, y, scale, out):
    """Adds the gradient with respect to x to out [R, D]; grad and y may be bfloat16."""
    width = y.shape[1]
    for r in range(y.shape[0]):
        total = _ZERO
        for j in range(width):
            total += widened(grad[r, j]) * widened(y[r, j])
        total /= np.float32(width)
        for j in range(width):
            out[r, j] += (widened(grad[r, j]) - widened(y[r, j]) * total) * scale[r]


@fast_kernel
def mingru_step(p, bias, h, reset, h_out, u):
    """A step of `networks.cells.mingru.kernels`: p [n, 3 H], h and h_out [n, H], reset [n], u [n, H]."""
    width = h.shape[1]
    for i in range(p.shape[0]):
        row, before, after, u_row = p[i], h[i], h_out[i], u[i]
        keep = _ZERO if reset[i] else _ONE
        for k in range(width):
            z = sigmoid(row[k] + bias[k])
            c = tanh(row[width + k] + bias[width + k])
            g = row[2 * width + k] + bias[2 * width + k]
            old = before[k] * keep
            value = old + z * (c - old)
            after[k] = value
            u_row[k] = value * g * sigmoid(g)
