# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False, check-untyped-defs=False
"""Compiled parts of the memory of things: writing to the kinds in view, reading them, and thinking of each.

A row of a table holds W numbers: W - 1 values and how much was written. Shapes: T steps, n agents, V places,
K kinds, R rows of steps and agents, U units. All arrays belong to the caller.
"""

import numpy as np

from gamemeta.arithmetic.activations import sigmoid
from gamemeta_levels.kernel import fast_kernel

_ZERO, _ONE = np.float32(0), np.float32(1)


@fast_kernel
def recall(here, before, values, gates, reset, state, y):
    """Write to the kinds in view in the step before, then read those in view now.

    Args:
        here: int32 [T, n, V], kind + 1 at each place; 0 for none.
        before: int32 [n, V], the same for the step before the first.
        values: [T, n, W - 1], what to write.
        gates: [T, n, V], how much of it to the kind at each place.
        reset: uint8 [T, n], whether the table is emptied before step t; then no step came before.
        state: [n, at least K * W], in: table before; out: table after.
        y: [T, n, V, W], out.
    """
    T, n, V, W = y.shape
    for i in range(n):
        table = state[i]
        for t in range(T):
            if reset[t, i]:
                table[:] = _ZERO
            else:
                last = here[t - 1, i] if t > 0 else before[i]
                for c in range(V):
                    if last[c] > 0:
                        row, gate = (last[c] - 1) * W, gates[t, i, c]
                        for d in range(W - 1):
                            table[row + d] += gate * values[t, i, d]
                        table[row + W - 1] += gate
            for c in range(V):
                row = (here[t, i, c] - 1) * W
                for d in range(W):
                    y[t, i, c, d] = table[row + d]


@fast_kernel
def newly(here, before, reset, news):
    """1 where a kind is in view that was not in the step before; 0 where no step came before.

    Args:
        here, before, reset: as of `recall`.
        news: [T, n, 1], out.
    """
    T, n, V = here.shape
    for i in range(n):
        for t in range(T):
            new = False
            if not reset[t, i]:
                last = here[t - 1, i] if t > 0 else before[i]
                if last[0] > 0:
                    for c in range(V):
                        known = False
                        for d in range(V):
                            known |= last[d] == here[t, i, c]
                        new |= not known
            news[t, i, 0] = _ONE if new else _ZERO


@fast_kernel
def recall_backward(here, before, values, gates, reset, kinds, grad_y, grad_values, grad_gates):
    """Gradients of `recall` with respect to values and gates, which begin with zeros; none flows into the
    state before."""
    T, n, V, W = grad_y.shape
    grad = np.zeros(kinds * W, np.float32)
    for i in range(n):
        grad[:] = _ZERO
        for t in range(T - 1, -1, -1):
            for c in range(V):
                row = (here[t, i, c] - 1) * W
                for d in range(W):
                    grad[row + d] += grad_y[t, i, c, d]
            if reset[t, i]:
                grad[:] = _ZERO
            else:
                last = here[t - 1, i] if t > 0 else before[i]
                for c in range(V):
                    if last[c] > 0:
                        row, gate = (last[c] - 1) * W, gates[t, i, c]
                        of_gate = grad[row + W - 1]
                        for d in range(W - 1):
                            of_gate += grad[row + d] * values[t, i, d]
                            grad_values[t, i, d] += gate * grad[row + d]
                        grad_gates[t, i, c] += of_gate


@fast_kernel
def know(y, context, place, read, p, known):
    """f = [y / (1 + n), 1 / (1 + n)], n the last number of a row;  p = f read + context + place;
    known = silu(p).

    Args:
        y: [R, V, W], what was read.
        context: [R, U].
        place: [V, U].
        read: [W, U].
        p, known: [R, V, U], out.
    """
    R, V, W = y.shape
    U = read.shape[1]
    for r in range(R):
        for c in range(V):
            share = _ONE / (_ONE + y[r, c, W - 1])
            for j in range(U):
                p[r, c, j] = context[r, j] + place[c, j] + share * read[W - 1, j]
            for d in range(W - 1):
                fact = y[r, c, d] * share
                for j in range(U):
                    p[r, c, j] += fact * read[d, j]
            for j in range(U):
                x = p[r, c, j]
                known[r, c, j] = x * sigmoid(x)


@fast_kernel
def know_backward(y, read, p, grad, grad_y, grad_context, grad_place, grad_read):
    """Backward pass of `know`: `grad` [R, V, U] is that of `known`. The last three begin with zeros."""
    R, V, W = y.shape
    U = read.shape[1]
    slope = np.zeros(U, np.float32)
    for r in range(R):
        for c in range(V):
            for j in range(U):
                x = p[r, c, j]
                s = sigmoid(x)
                slope[j] = grad[r, c, j] * s * (_ONE + x * (_ONE - s))
                grad_context[r, j] += slope[j]
                grad_place[c, j] += slope[j]
            share = _ONE / (_ONE + y[r, c, W - 1])
            of_share = _ZERO
            for d in range(W):
                value = _ONE if d == W - 1 else y[r, c, d]
                of_fact = _ZERO
                for j in range(U):
                    of_fact += slope[j] * read[d, j]
                    grad_read[d, j] += share * value * slope[j]
                of_share += of_fact * value
                if d < W - 1:
                    grad_y[r, c, d] = of_fact * share
            grad_y[r, c, W - 1] = -of_share * share * share
