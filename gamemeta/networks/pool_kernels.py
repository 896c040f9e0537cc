"""Compiled max-pooling 3x3 at every second place, forwards and backwards.

Pictures are [R, H, W, C], float32 or bfloat16 as uint16. Where a window reaches over the border, the place at
the border counts again in its stead, which changes no maximum. Of equal places the first counts, row by row.
"""

import numpy as np

from gamemeta.networks.bfloat16 import narrowed, widened
from gamemeta_levels.kernel import fast_kernel

_COLUMNS, _ROWS = np.int32(3), 3
_FIRST, _SECOND, _THIRD = np.int32(0), np.int32(1), np.int32(2)


@fast_kernel
def max_pool(x, out, which):
    """Write out [R, h, w, C], and which, uint8: 3 row + column of the largest within each window."""
    pictures, height, width, channels = x.shape
    rows, columns = out.shape[1], out.shape[2]
    across = columns * channels
    x, out, which = (
        x.reshape(pictures, height, width * channels),
        out.reshape(pictures, rows, across),
        which.reshape(pictures, rows, across),
    )
    largest, place = np.empty((_ROWS, across), np.float32), np.empty((_ROWS, across), np.int32)
    above, here, below = largest
    above_place, here_place, below_place = place
    for r in range(pictures):
        _largest_of_row(x[r, 0], width, channels, above, above_place)
        for i in range(rows):
            _largest_of_row(x[r, 2 * i], width, channels, here, here_place)
            _largest_of_row(x[r, min(2 * i + 1, height - 1)], width, channels, below, below_place)
            to, at = out[r, i], which[r, i]
            for t in range(across):
                best, k = above[t], above_place[t]
                k = here_place[t] + _COLUMNS if here[t] > best else k
                best = max(here[t], best)
                k = below_place[t] + _COLUMNS + _COLUMNS if below[t] > best else k
                to[t], at[t] = narrowed(max(below[t], best), to), k
            above[:], above_place[:] = below, below_place


@fast_kernel
def _largest_of_row(x, width, channels, largest, place):
    """Of every second column of a row [W * C] the largest of three, and which it is."""
    channels = np.uint64(channels)
    for j in range((width + 1) // 2):
        left, middle, right = _columns(j, width, channels)
        to = np.uint64(j) * channels
        for c in range(channels):
            first, second, third = widened(x[left + c]), widened(x[middle + c]), widened(x[right + c])
            best, k = max(second, first), _SECOND if second > first else _FIRST
            largest[to + c], place[to + c] = max(third, best), _THIRD if third > best else k


@fast_kernel
def max_pool_backward(grad, which, grad_x):
    """Write into grad_x [R, H, W, C] what grad [R, h, w, C] hands to the largest of each window."""
    pictures, height, width, channels = grad_x.shape
    rows, columns = grad.shape[1], grad.shape[2]
    grad, which, grad_x = (
        grad.reshape(pictures, rows, columns * channels),
        which.reshape(pictures, rows, columns * channels),
        grad_x.reshape(pictures, height, width * channels),
    )
    for r in range(pictures):
        for i in range(rows):
            grad_x[r, 2 * i : 2 * i + 2] = 0
            for k in range(_ROWS):
                to = grad_x[r, min(max(2 * i - 1 + k, 0), height - 1)]
                _hand_to_row(grad[r, i], which[r, i], _ROWS * k, width, channels, to)


@fast_kernel
def _hand_to_row(grad, which, first, width, channels, to):
    """Add a row of gradients [w * C] to the columns of one row [W * C] of their windows."""
    channels = np.uint64(channels)
    for j in range((width + 1) // 2):
        left, middle, right = _columns(j, width, channels)
        at = np.uint64(j) * channels
        for column, k in ((left, first), (middle, first + 1), (right, first + 2)):
            place = np.uint8(k)
            for c in range(channels):
                share = widened(grad[at + c]) if which[at + c] == place else np.float32(0)
                to[column + c] = narrowed(widened(to[column + c]) + share, to)


@fast_kernel
def _columns(j, width, channels):
    """Where the three columns of the j-th window begin; unsigned, as numba then knows them not negative."""
    return (
        np.uint64(max(2 * j - 1, 0)) * channels,
        np.uint64(2 * j) * channels,
        np.uint64(min(2 * j + 1, width - 1)) * channels,
    )
