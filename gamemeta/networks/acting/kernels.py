# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False, check-untyped-defs=False
"""A whole step of many agents in one compiled call. All arrays belong to the caller.

Shapes: n agents, D units, E elements of an observation, S numbers head_outputs. Matrices are
`arithmetic.products.panels`, and what they are multiplied into has room for whole panels.
"""

from gamemeta.arithmetic.products import product
from gamemeta.networks.functions.kernels import mingru_step, relu, rms_norm
from gamemeta_levels.kernel import fast_kernel, short_kernel


@short_kernel
def look_up(codes, choices, first, at, rows):
    """Where the table tells of these codes [n, elements]: rows int32 [n, E] from column `at` on."""
    for i in range(codes.shape[0]):
        for k in range(codes.shape[1]):
            rows[i, at + k] = first + k * choices + codes[i, k]


@short_kernel
def weigh(values, at, weights):
    """Quantities [n, elements] as weights [n, E] of their rows, from column `at` on."""
    for i in range(values.shape[0]):
        for k in range(values.shape[1]):
            weights[i, at + k] = values[i, k]


@fast_kernel
def see(rows, weights, table, bias, x):
    """x [n, D] = bias + sum over the elements of weight times row of the table."""
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            x[i, j] = bias[j]
        for k in range(rows.shape[1]):
            row, weight = table[rows[i, k]], weights[i, k]
            for j in range(x.shape[1]):
                x[i, j] += weight * row[j]


@fast_kernel
def add(x, more):
    """x [n, D] += the first D columns of more."""
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            x[i, j] += more[i, j]


@fast_kernel
def step(seen, encoder, cells, heads, states, reset, room, scale, after, head_outputs):
    """What n agents say, and their states after it; as many of them at once as there is room for.

    Args:
        seen: rows int32 [n, E] and weights float32 [n, E] of the table.
        encoder: table [rows, D] and bias [D].
        cells: of all `mingru` cells the matrices to gates, their biases [3 D], and the matrices to outputs.
        heads: matrix and bias [S].
        states, after: [n, D] of each cell, before and after the step.
        reset: uint8 [n], whether the state is cleared before it.
        room: for some agents' features, normalised ones, gates and products; `scale` for factors.
        head_outputs: float32 [n, S and the rest of the panel], is filled.
    """
    for first in range(0, head_outputs.shape[0], scale.shape[0]):
        end = min(first + scale.shape[0], head_outputs.shape[0])
        count = end - first
        x, normal, gates = room[0][:count], room[1][:count], room[2][:count]
        see(seen[0][first:end], seen[1][first:end], encoder[0], encoder[1], x)
        relu(x)
        for k in range(len(states)):
            rms_norm(x, normal, scale)
            product(normal, cells[0][k], gates)
            before, newest = states[k][first:end], after[k][first:end]
            mingru_step(gates, cells[1][k], before, reset[first:end], newest, normal)
            product(normal, cells[2][k], room[3][:count])
            add(x, room[3])
        rms_norm(x, normal, scale)
        _say(normal, heads[0], heads[1], head_outputs[first:end])


@fast_kernel
def _say(x, matrix, bias, head_outputs):
    product(x, matrix, head_outputs)
    for i in range(head_outputs.shape[0]):
        for j in range(bias.shape[0]):
            head_outputs[i, j] += bias[j]
