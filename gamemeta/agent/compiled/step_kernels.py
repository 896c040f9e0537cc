# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False, check-untyped-defs=False
"""Compiled parts of acting. All arrays belong to the caller.

Shapes: n agents, D units, C symbols, Q quantities, S outputs of the actor head. State [n, ...] holds the
states of all cells side by side. Matrices are [inputs, outputs]. `weights` are those of a network,
one after the other:

encoder   rows of quantities [Q, D]
a cell    to its gates [D, 3 D] with bias [3 D]; in a gated recurrent unit, from its state [D, 3 D] with
          bias [3 D]; to its output [D, D]
          attention: to queries, gates, key and value [D, 2 D + 2 size] with bias; the bias of every
          distance [heads, window], the furthest first; to its output [D, D]
actor     [D, S] with bias [S]

`start` [1 or n, D] is what stands there before anything is looked up: the bias, and what is seen in images;
one row for all agents, or one each. `table` are the rows of all symbols, one after the other. `cells` int64
[cells, 4] are kind, first column of state, heads and window of each cell.
"""

import numpy as np

from gamemeta.agent.compiled import attention_kernels
from gamemeta.arithmetic.activations import sigmoid, tanh
from gamemeta_levels.kernel import fast_kernel, kernel, uniform

MINGRU, GRU, ATTENTION = range(3)
"""Kinds of cells."""
_ZERO, _ONE, _EPSILON = np.float32(0), np.float32(1), np.float32(1e-5)


@fast_kernel
def see(rows, values, start, weights, table, x):
    """x [n, D] = relu(start + sum of table[rows] + values @ rows of quantities)."""
    for i in range(x.shape[0]):
        _see_one(rows[i], values[i], start[min(i, start.shape[0] - 1)], weights, table, x[i])


@fast_kernel
def _see_one(rows, values, start, weights, table, x):
    width = x.shape[0]
    for j in range(width):
        x[j] = start[j]
    for k in range(values.shape[0]):
        row, value = weights[k * width :], values[k]
        for j in range(width):
            x[j] += value * row[j]
    whole = rows.shape[0] - rows.shape[0] % 4
    for k in range(0, whole, 4):  # four at a time, so that x is read and written less often
        a, b = table[rows[k] * width :], table[rows[k + 1] * width :]
        c, d = table[rows[k + 2] * width :], table[rows[k + 3] * width :]
        for j in range(width):
            x[j] += (a[j] + b[j]) + (c[j] + d[j])
    for k in range(whole, rows.shape[0]):
        row = table[rows[k] * width :]
        for j in range(width):
            x[j] += row[j]
    for j in range(width):
        x[j] = max(x[j], _ZERO)


@fast_kernel
def normalise(x, y):
    """y = x / sqrt(mean(x^2) + 1e-5) for each row of x [n, D]."""
    for i in range(x.shape[0]):
        _normalise_one(x[i], y[i])


@fast_kernel
def add_normalise(x, more, y):
    """x += more, then `normalise`."""
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            x[i, j] += more[i, j]
        _normalise_one(x[i], y[i])


@fast_kernel
def _normalise_one(x, y):
    total = _ZERO
    for j in range(x.shape[0]):
        total += x[j] * x[j]
    factor = _ONE / np.sqrt(total / np.float32(x.shape[0]) + _EPSILON)
    for j in range(x.shape[0]):
        y[j] = x[j] * factor


@fast_kernel
def mingru(p, bias, state, first, u):
    """`networks.functions.kernels.mingru_step`, in place on columns of state [n, ...] from `first` on."""
    for i in range(p.shape[0]):
        _mingru_one(p[i], bias, state[i, first : first + u.shape[1]], u[i])


@fast_kernel
def _mingru_one(p, bias, state, u):
    width = u.shape[0]
    for k in range(width):
        z = sigmoid(p[k] + bias[k])
        c = tanh(p[width + k] + bias[width + k])
        g = p[2 * width + k] + bias[2 * width + k]
        old = state[k]
        value = old + z * (c - old)
        state[k] = value
        u[k] = value * g * sigmoid(g)


@fast_kernel
def gru(p, bias, recurrent, recurrent_bias, state, first, u):
    """`networks.cells.gru.kernels.gates`, in place on columns of state [n, ...] from `first` on."""
    for i in range(p.shape[0]):
        _gru_one(p[i], bias, recurrent[i], recurrent_bias, state[i, first : first + u.shape[1]], u[i])


@fast_kernel
def _gru_one(p, bias, recurrent, recurrent_bias, state, u):
    width = u.shape[0]
    for k in range(width):
        r = sigmoid(p[k] + bias[k] + recurrent[k] + recurrent_bias[k])
        z = sigmoid(p[width + k] + bias[width + k] + recurrent[width + k] + recurrent_bias[width + k])
        from_state = recurrent[2 * width + k] + recurrent_bias[2 * width + k]
        c = tanh(p[2 * width + k] + bias[2 * width + k] + r * from_state)
        value = c + z * (state[k] - c)
        state[k] = value
        u[k] = value


@fast_kernel
def _times(x, matrix, y):
    """y = x @ matrix, whose rows stand one after the other in an array [at least D * outputs]."""
    inputs, outputs = x.shape[0], y.shape[0]
    for j in range(outputs):
        y[j] = _ZERO
    whole = inputs - inputs % 4
    for k in range(0, whole, 4):  # four at a time, so that y is read and written less often
        a, b, c, d = x[k], x[k + 1], x[k + 2], x[k + 3]
        row_a, row_b = matrix[k * outputs :], matrix[(k + 1) * outputs :]
        row_c, row_d = matrix[(k + 2) * outputs :], matrix[(k + 3) * outputs :]
        for j in range(outputs):
            y[j] += (a * row_a[j] + b * row_b[j]) + (c * row_c[j] + d * row_d[j])
    for k in range(whole, inputs):
        row, value = matrix[k * outputs :], x[k]
        for j in range(outputs):
            y[j] += value * row[j]


@fast_kernel
def attention(p, bias, distance_bias, state, first, u):
    """`attention_kernels.attend` of many agents, in place on columns of state [n, ...] from `first` on.

    `bias` is added to p, in place.
    """
    score = np.empty(distance_bias.shape[1], np.float32)
    for i in range(p.shape[0]):
        for j in range(p.shape[1]):
            p[i, j] += bias[j]
        attention_kernels.attend(p[i], distance_bias, state[i, first:], score, u[i])


@fast_kernel
def few(rows, values, start, cells, weights, table, state, head_outputs):
    """A whole step of a few agents: writes head_outputs [n, S] and brings state up to date.

    Rows of symbols int32 [n, C], values [n, Q], table [rows * D].
    """
    width = start.shape[1]
    x, normal = np.empty(width, np.float32), np.empty(width, np.float32)
    p, more = np.empty(4 * width, np.float32), np.empty(max(3 * width, cells[:, 3].max()), np.float32)
    for i in range(state.shape[0]):
        _see_one(rows[i], values[i], start[min(i, start.shape[0] - 1)], weights, table, x)
        at = values.shape[1] * width
        for k in range(cells.shape[0]):
            _normalise_one(x, normal)
            at += _cell_one(cells[k], weights[at:], state[i], normal, p, more)
            _times(normal, weights[at:], p[:width])
            at += width * width
            for j in range(width):
                x[j] += p[j]
        _normalise_one(x, normal)
        _times(normal, weights[at:], head_outputs[i])
        at += width * head_outputs.shape[1]
        for j in range(head_outputs.shape[1]):
            head_outputs[i, j] += weights[at + j]


@fast_kernel
def _cell_one(cell, weights, state, normal, p, more):
    """A cell of one agent up to the output's matrix: `normal` [D] is read and then written. Returns how
    many of the weights it took. `p` and `more` are room."""
    width, kind, heads, window = normal.shape[0], cell[0], cell[2], cell[3]
    outputs = 2 * (width + width // heads) if kind == ATTENTION else 3 * width
    _times(normal, weights, p[:outputs])
    at = width * outputs
    bias = weights[at : at + outputs]
    at += outputs
    if kind == ATTENTION:
        for j in range(outputs):
            p[j] += bias[j]
        distances = weights[at : at + heads * window].reshape(heads, window)
        attention_kernels.attend(p[:outputs], distances, state[cell[1] :], more[:window], normal)
        return at + heads * window
    memory = state[cell[1] : cell[1] + width]
    if kind == MINGRU:
        _mingru_one(p, bias, memory, normal)
        return at
    _times(memory, weights[at:], more[: 3 * width])
    at += 3 * width * width
    _gru_one(p, bias, more, weights[at : at + 3 * width], memory, normal)
    return at + 3 * width


@kernel
def choose(head_outputs, heads, lanes, steps, codes):
    """Draw codes int64 [n, heads] from logits [n, S], as `gamemeta.agent.draws.choose` does.

    `heads` int64 [heads], choices of each; `lanes` uint64 [n]; `steps` int64 [n], number of the first draw.
    """
    for i in range(head_outputs.shape[0]):
        first = 0
        for h in range(heads.shape[0]):
            logits = head_outputs[i, first : first + heads[h]]
            codes[i, h] = _draw(logits, uniform(lanes[i], steps[i] + h))
            first += heads[h]


@kernel
def _draw(logits, unit):
    top = logits[0]
    for a in range(1, logits.shape[0]):
        top = max(top, logits[a])
    total = _ZERO
    for a in range(logits.shape[0]):
        total += np.exp(logits[a] - top)
    wanted, mass, chosen = unit * total, np.exp(logits[0] - top), 0
    while chosen < logits.shape[0] - 1 and mass <= wanted:
        chosen += 1
        mass += np.exp(logits[chosen] - top)
    return chosen


@kernel
def _are_codes(symbols, observed):
    """Whether each of so many symbols has one of its codes."""
    for k in range(observed):
        if symbols[0, k] >= symbols[2, k]:
            return False
    return True


@kernel
def _are_finite(values, count):
    """Whether so many values [1, ..] are numbers."""
    for k in range(count):
        if not np.isfinite(values[0, k]):
            return False
    return True


@kernel
def _write_step_before(symbols, previous, done, starts):
    """The last symbols: the action of the step before, and whether it ended an episode; none at a start."""
    last, count = symbols.shape[1] - 1, previous.shape[1]
    for h in range(count):
        symbols[0, last - count + h] = 0 if starts else previous[0, h]
    symbols[0, last] = done and not starts


@kernel
def decide(
    symbols,
    chosen_codes,
    values,
    reward,
    nothing,
    done,
    forgets,
    heads,
    start,
    cells,
    weights,
    table,
    state,
    previous,
    steps,
    lanes,
):
    """A decision of one agent from observation to code, its memory brought up to date in place.

    Args:
        symbols: int32 [3, C]: the codes observed, room for the codes of the step before; the first row of
            each symbol; how many codes it has. Codes are checked before anything changes.
        chosen_codes: int64 [heads], is filled with the codes chosen.
        values: float32 [1, Q], what is observed, and room for the reward.
        reward, done: of the step before, the reward as the encoder takes it.
        nothing: a reward of 0 as the encoder takes it.
        forgets: whether memory is cleared after an episode (1) or a step (2).
        heads: int64 [heads].
        start, cells, weights, table: as above.
        state: [1, ...].
        previous: uint8 [1, heads], codes + 1 of the step before.
        steps: int64 [1], decisions so far.
        lanes: uint64 [1].

    Returns whether the observation was good and the network's answer finite; if not, nothing has changed.
    """
    last, count = symbols.shape[1] - 1, heads.shape[0]
    if not (_are_codes(symbols, last - count) and _are_finite(values, values.shape[1] - 1)):
        return False
    starts = previous[0, 0] == 0 or forgets == 2 or (forgets == 1 and done)
    values[0, values.shape[1] - 1] = nothing if starts else reward
    _write_step_before(symbols, previous, done, starts)
    before = state.copy()
    if starts:
        state[:] = _ZERO
    rows, outputs = np.empty((1, last + 1), np.int32), heads.sum()
    for k in range(last + 1):
        rows[0, k] = symbols[0, k] + symbols[1, k]
    head_outputs, codes = np.empty((1, outputs), np.float32), np.empty((1, count), np.int64)
    few(rows, values, start, cells, weights, table, state, head_outputs)
    if not _are_finite(head_outputs, outputs):
        state[:] = before
        return False
    choose(head_outputs, heads, lanes, steps * count, codes)
    for h in range(count):
        chosen_codes[h] = codes[0, h]
        previous[0, h] = codes[0, h] + 1
    steps[0] += 1
    return True
