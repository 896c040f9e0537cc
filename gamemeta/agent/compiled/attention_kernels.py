# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False, check-untyped-defs=False
"""Compiled attention of one agent in one step, see `gamemeta.agent.shape.attention_shape`.

`p` [2 D + 2 size] are queries of all heads, gates, a key and a value; `memory` is the agent's state;
`bias` [H, W] that of every distance, the furthest first.
"""

import numpy as np

from gamemeta.arithmetic.activations import exp, sigmoid
from gamemeta_levels.kernel import fast_kernel

_ZERO, _ONE = np.float32(0), np.float32(1)


@fast_kernel
def attend(p, bias, memory, score, u):
    """Take the step into the memory, in place, and write what is read out of it, gated, into u [D].

    `score` [W] is room.
    """
    heads, window = bias.shape
    width = u.shape[0]
    size = width // heads
    keys, values = memory[: size * window], memory[size * window : 2 * size * window]
    newest, taken = _remember(p[2 * width :], keys, values, memory[2 * size * window :], window)
    scale = _ONE / np.sqrt(np.float32(size))
    for h in range(heads):
        first = h * size
        _ask(p[first:], keys, window, size, scale, score[:taken])
        share = _weigh(bias[h], newest, score[:taken])
        read = u[first : first + size]
        _read(score[:taken], values, read)
        for j in range(size):
            g = p[width + first + j]
            read[j] *= share * g * sigmoid(g)


@fast_kernel
def _remember(p, keys, values, count, window):
    """Write key and value into the next slot. Returns the slot and how many are taken."""
    size, newest = keys.shape[0] // window, np.int64(count[0]) % window
    for j in range(size):
        keys[j * window + newest] = p[j]
        values[newest * size + j] = p[size + j]
    count[0] += _ONE
    taken = min(np.int64(count[0]), window)
    if count[0] >= 2 * window:
        count[0] = window
    return newest, taken


@fast_kernel
def _ask(query, keys, window, size, scale, score):
    """score = scale times query @ keys, of the first slots."""
    for s in range(score.shape[0]):
        score[s] = _ZERO
    whole = size - size % 4
    for j in range(0, whole, 4):  # four at a time, so that score is read and written less often
        a, b, c, d = query[j] * scale, query[j + 1] * scale, query[j + 2] * scale, query[j + 3] * scale
        row_a, row_b = keys[j * window :], keys[(j + 1) * window :]
        row_c, row_d = keys[(j + 2) * window :], keys[(j + 3) * window :]
        for s in range(score.shape[0]):
            score[s] += (a * row_a[s] + b * row_b[s]) + (c * row_c[s] + d * row_d[s])
    for j in range(whole, size):
        row, value = keys[j * window :], query[j] * scale
        for s in range(score.shape[0]):
            score[s] += value * row[s]


@fast_kernel
def _weigh(bias, newest, score):
    """score = exponentials, as weights but for one factor, which is returned."""
    window, taken = bias.shape[0], score.shape[0]
    recent, older = bias[window - 1 - newest :], bias[: window - 1 - newest]
    for s in range(newest + 1):
        score[s] += recent[s]
    for s in range(newest + 1, taken):
        score[s] += older[s - newest - 1]
    top = score[0]
    for s in range(1, taken):
        top = max(top, score[s])
    total = _ZERO
    for s in range(taken):
        score[s] = exp(score[s] - top)
        total += score[s]
    return _ONE / total


@fast_kernel
def _read(weight, values, read):
    """read = weight @ values, of the first slots."""
    size = read.shape[0]
    for j in range(size):
        read[j] = _ZERO
    whole = weight.shape[0] - weight.shape[0] % 4
    for s in range(0, whole, 4):  # four at a time, so that read is read and written less often
        a, b, c, d = weight[s], weight[s + 1], weight[s + 2], weight[s + 3]
        row_a, row_b = values[s * size :], values[(s + 1) * size :]
        row_c, row_d = values[(s + 2) * size :], values[(s + 3) * size :]
        for j in range(size):
            read[j] += (a * row_a[j] + b * row_b[j]) + (c * row_c[j] + d * row_d[j])
    for s in range(whole, weight.shape[0]):
        row, value = values[s * size :], weight[s]
        for j in range(size):
            read[j] += value * row[j]
