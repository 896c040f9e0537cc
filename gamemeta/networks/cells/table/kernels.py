# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False, check-untyped-defs=False
"""Compiled parts of the table memory: writing what an action led to, reading it for every action.

A row of a table holds W numbers: W - 1 values and how often it was written. Shapes: T steps, n agents, A
actions, H heads, M rows with learned keys. `previous` holds action + 1 of each head, 0 where there is none.
All arrays belong to the caller.
"""

import numpy as np

from gamemeta_levels.kernel import fast_kernel

_ZERO, _ONE = np.float32(0), np.float32(1)


@fast_kernel
def by_address(here, before, previous, first, values, reset, state, y):
    """Write at the address of the step before, then read at the address of this step.

    Args:
        here: int32 [T, n], what is observed, as a number; row here * A + a belongs to action a.
        before: int32 [n], the same for the step before the first.
        previous: uint8 [T, n, H].
        first: int32 [H], number of the first action of each head.
        values: [T, n, W - 1], what to write.
        reset: uint8 [T, n], whether the table is emptied before step t; then no step came before.
        state: [n, at least rows * W], in: table before; out: table after.
        y: [T, n, A, W], out.
    """
    T, n, A, W = y.shape
    for i in range(n):
        table = state[i]
        last = before[i]
        for t in range(T):
            if reset[t, i]:
                table[:] = _ZERO
            for h in range(first.shape[0]):
                action = previous[t, i, h]
                if action and not reset[t, i]:
                    row = (last * A + first[h] + action - 1) * W
                    for d in range(W - 1):
                        table[row + d] += values[t, i, d]
                    table[row + W - 1] += _ONE
            last = here[t, i]
            row = last * A * W
            for a in range(A):
                for d in range(W):
                    y[t, i, a, d] = table[row + a * W + d]


@fast_kernel
def by_address_backward(here, before, previous, first, reset, rows, grad_y, grad_values):
    """Gradient of `by_address` with respect to values; grad_values [T, n, W - 1] begins with zeros."""
    T, n, A, W = grad_y.shape
    grad = np.zeros(rows * W, np.float32)
    for i in range(n):
        grad[:] = _ZERO
        for t in range(T - 1, -1, -1):
            row = here[t, i] * A * W
            for a in range(A):
                for d in range(W):
                    grad[row + a * W + d] += grad_y[t, i, a, d]
            last = here[t - 1, i] if t > 0 else before[i]
            for h in range(first.shape[0]):
                action = previous[t, i, h]
                if action and not reset[t, i]:
                    row = (last * A + first[h] + action - 1) * W
                    for d in range(W - 1):
                        grad_values[t, i, d] += grad[row + d]
            if reset[t, i]:
                grad[:] = _ZERO


@fast_kernel
def addresses(logits, action_keys, keys):
    """keys [n, A, M]: e^(logits [n, M] + action_keys [A, M]) at unit length."""
    M = logits.shape[1]
    for i in range(logits.shape[0]):
        for a in range(action_keys.shape[0]):
            top = logits[i, 0] + action_keys[a, 0]
            for m in range(1, M):
                top = max(top, logits[i, m] + action_keys[a, m])
            total = _ZERO
            for m in range(M):
                weight = np.exp(logits[i, m] + action_keys[a, m] - top)
                keys[i, a, m] = weight
                total += weight * weight
            factor = _ONE / np.sqrt(total)
            for m in range(M):
                keys[i, a, m] *= factor


@fast_kernel
def write(table, key, values, W):
    """table += [values, 1] x key; the table of M rows lies column after column, [W * M]."""
    M = key.shape[0]
    for d in range(W - 1):
        for m in range(M):
            table[d * M + m] += values[d] * key[m]
    for m in range(M):
        table[(W - 1) * M + m] += key[m]


@fast_kernel
def learned(keys, before, previous, first, values, reset, state, y):
    """As `by_address`, where an address is a blend of rows.

    Args:
        keys: [T, n, A, M], the address of each action.
        before: [n, A, M], the addresses of the step before the first.
    """
    T, n, A, W = y.shape
    M = keys.shape[3]
    for i in range(n):
        table = state[i]
        for t in range(T):
            if reset[t, i]:
                table[:] = _ZERO
            for h in range(first.shape[0]):
                if previous[t, i, h] and not reset[t, i]:
                    action = first[h] + previous[t, i, h] - 1
                    key = keys[t - 1, i, action] if t > 0 else before[i, action]
                    write(table, key, values[t, i], W)
            for a in range(A):
                key = keys[t, i, a]
                for d in range(W):
                    total = _ZERO
                    for m in range(M):
                        total += key[m] * table[d * M + m]
                    y[t, i, a, d] = total


@fast_kernel
def learned_backward(keys, before, previous, first, values, reset, state, grad_y, grad_keys, grad_values):
    """Gradients of `learned` with respect to keys and values; none flows into the state before.

    Forwards for what was read, from the tables as they were (`state` [n, W * M] is the one before, and is
    used up); backwards for what was written. Both gradients begin with zeros.
    """
    T, n, A, W = grad_y.shape
    M = keys.shape[3]
    grad = np.zeros(W * M, np.float32)
    for i in range(n):
        table = state[i]
        for t in range(T):
            if reset[t, i]:
                table[:] = _ZERO
            for h in range(first.shape[0]):
                if previous[t, i, h] and not reset[t, i]:
                    action = first[h] + previous[t, i, h] - 1
                    key = keys[t - 1, i, action] if t > 0 else before[i, action]
                    write(table, key, values[t, i], W)
            for a in range(A):
                for d in range(W):
                    for m in range(M):
                        grad_keys[t, i, a, m] += grad_y[t, i, a, d] * table[d * M + m]
        grad[:] = _ZERO
        for t in range(T - 1, -1, -1):
            for a in range(A):
                for d in range(W):
                    for m in range(M):
                        grad[d * M + m] += grad_y[t, i, a, d] * keys[t, i, a, m]
            for h in range(first.shape[0]):
                if previous[t, i, h] and not reset[t, i]:
                    action = first[h] + previous[t, i, h] - 1
                    key = keys[t - 1, i, action] if t > 0 else before[i, action]
                    for d in range(W - 1):
                        total = _ZERO
                        for m in range(M):
                            total += grad[d * M + m] * key[m]
                        grad_values[t, i, d] += total
                    if t > 0:
                        for d in range(W - 1):
                            for m in range(M):
                                grad_keys[t - 1, i, action, m] += grad[d * M + m] * values[t, i, d]
                        for m in range(M):
                            grad_keys[t - 1, i, action, m] += grad[(W - 1) * M + m]
            if reset[t, i]:
                grad[:] = _ZERO
