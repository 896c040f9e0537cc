# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False, check-untyped-defs=False
"""Compiled max-pooling 3x3 at every second place, forwards and backwards.

Pictures are [R, H, W, C], float32 or bfloat16 as uint16. Of equal places in a window one counts: the middle
row before the others, and the middle column; so a window at the border never names a place beyond it.
"""

import numpy as np

from gamemeta.arithmetic.bfloat16 import narrowed, widened
from gamemeta_levels.kernel import fast_kernel

_SIDE = 3
_LEAST = np.finfo(np.float32).min  # fast kernels know no infinity
_TOP, _MIDDLE, _BOTTOM = np.int32(0), np.int32(_SIDE), np.int32(2 * _SIDE)
_ONE, _TWO, _NOTHING = np.int32(1), np.int32(2), np.float32(0)


@fast_kernel
def max_pool(x, out, which):
    """Write out [R, h, w, C], and which, uint8: 3 row + column of the largest within each window."""
    pictures, height, width, channels = x.shape
    rows, columns = out.shape[1], out.shape[2]
    x = x.reshape(pictures, height, width * channels)
    out, which = out.reshape(pictures, rows, -1), which.reshape(pictures, rows, -1)
    across, room = width * channels, (width + 2) * channels
    largest, place = np.full(room, _LEAST, np.float32), np.zeros(room, np.int32)
    maxima, chosen = np.empty(across, np.float32), np.empty(across, np.int32)
    inner = slice(channels, channels + across)
    for r in range(pictures):
        for i in range(rows):
            above, here, below = x[r, max(2 * i - 1, 0)], x[r, 2 * i], x[r, min(2 * i + 1, height - 1)]
            _of_three_rows(above, here, below, largest[inner], place[inner])
            _of_three_columns(largest, place, channels, maxima, chosen)
            _every_second(maxima, chosen, columns, channels, out[r, i], which[r, i])


@fast_kernel
def _of_three_rows(above, here, below, largest, place):
    """Of every column of three rows [W C] the largest, and 3 times its row."""
    for t in range(largest.shape[0]):
        best, first, last = widened(here[t]), widened(above[t]), widened(below[t])
        k = _TOP if first > best else _MIDDLE
        best = max(best, first)
        largest[t], place[t] = max(best, last), _BOTTOM if last > best else k


@fast_kernel
def _of_three_columns(largest, place, channels, maxima, chosen):
    """Of every column and its neighbours the largest, and its place. All columns, though every second will
    do: one long loop is faster than many short ones."""
    size = maxima.shape[0]
    left, middle, right = largest[:size], largest[channels : channels + size], largest[2 * channels :]
    left_place, right_place = place[:size], place[2 * channels :]
    middle_place = place[channels : channels + size]
    for t in range(size):
        best, first, last = middle[t], left[t], right[t]
        k = left_place[t] if first > best else middle_place[t] + _ONE
        best = max(best, first)
        maxima[t], chosen[t] = max(best, last), right_place[t] + _TWO if last > best else k


@fast_kernel
def _every_second(maxima, chosen, columns, channels, out, which):
    """Write every second column; indices are unsigned, as numba then knows that they are not negative."""
    channels = np.uint64(channels)
    for j in range(columns):
        to, at = np.uint64(j) * channels, np.uint64(2 * j) * channels
        for c in range(channels):
            out[to + c] = narrowed(maxima[at + c], out)
        for c in range(channels):
            which[to + c] = chosen[at + c]


@fast_kernel
def max_pool_backward(grad, which, grad_x):
    """Write into grad_x [R, H, W, C] what grad [R, h, w, C] hands to the largest of each window."""
    pictures, height, width, channels = grad_x.shape
    rows, columns = grad.shape[1], grad.shape[2]
    grad, which = grad.reshape(pictures, rows, -1), which.reshape(pictures, rows, -1)
    grad_x = grad_x.reshape(pictures, height, width * channels)
    for r in range(pictures):
        for y in range(height):
            i, to = y // 2, grad_x[r, y]
            to[:] = 0
            row = _BOTTOM if y % 2 else _MIDDLE
            _hand_to_row(grad[r, i], which[r, i], row, columns, width, channels, to)
            if y % 2 and i + 1 < rows:
                _hand_to_row(grad[r, i + 1], which[r, i + 1], _TOP, columns, width, channels, to)


@fast_kernel
def _hand_to_row(grad, which, first, columns, width, channels, to):
    """Add what windows [w C] hand to one of their rows [W C], whose places begin with `first`."""
    channels = np.uint64(channels)
    left, middle, right = np.uint8(first), np.uint8(first + _ONE), np.uint8(first + _TWO)
    for j in range(columns):
        at, at_input = np.uint64(j) * channels, np.uint64(2 * j) * channels
        for c in range(channels):
            share = widened(grad[at + c]) if which[at + c] == middle else _NOTHING
            to[at_input + c] = narrowed(widened(to[at_input + c]) + share, to)
    for j in range(width // 2):
        at, at_input = np.uint64(j) * channels, np.uint64(2 * j + 1) * channels
        for c in range(channels):
            share = widened(grad[at + c]) if which[at + c] == right else _NOTHING
            to[at_input + c] = narrowed(widened(to[at_input + c]) + share, to)
    for j in range(1, columns):
        at, at_input = np.uint64(j) * channels, np.uint64(2 * j - 1) * channels
        for c in range(channels):
            share = widened(grad[at + c]) if which[at + c] == left else _NOTHING
            to[at_input + c] = narrowed(widened(to[at_input + c]) + share, to)
