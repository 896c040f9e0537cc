"""Compiled calibration of the finite-horizon Gittins index of a Bernoulli arm."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.calibration.bandit_kernels import first_state
from gamemeta_levels.kernel import kernel

LANES = 16
"""Charges that are worked on at once, so that the innermost loop vectorises."""

Array = NDArray[np.float64]


@kernel
def crossing(charge: Array, worth: Array, pulls: Array) -> Any:
    """The charge at which worth crosses 0, by the tangents of its two neighbours.

    Worth is convex, piecewise straight and falls by `pulls` (the expected number until stopping) for each
    unit of charge. Both tangents meet 0 at or before the crossing, the later one exactly at it unless
    worth bends more than once between the neighbours.
    """
    j = 0
    while worth[j + 1] > 0.0:
        j += 1
    return max(charge[j] + worth[j] / pulls[j], charge[j + 1] + worth[j + 1] / pulls[j + 1])


@kernel
def calibrate(n: int, charge: Array, table: NDArray[np.float32]) -> None:
    """Fill the index table of n pulls (order: `bandit_kernels.first_state`) for LANES charges.

    For a charge c per pull, worth of a state with m pulls to go is that of pulling at least once and
    stopping when best: w_m(x) = p(x) - c + E max(w_{m-1}(x'), 0), w_0 = 0. The index of a state is the
    charge where its worth is 0; states whose index lies outside charge [LANES], ascending, are left alone.
    """
    states = (n + 1) * (n + 2) // 2
    value = np.zeros((states, LANES))  # max(w, 0), with one pull fewer to go until overwritten
    length = np.zeros((states, LANES))  # expected pulls until stopping, 0 where w <= 0
    worth, pulls = np.empty(LANES), np.empty(LANES)
    for m in range(1, n + 1):
        layer = first_state(n, m)
        for seen in range(n - m + 1):
            row, row_after = seen * (seen + 1) // 2, (seen + 1) * (seen + 2) // 2
            for successes in range(seen + 1):
                p = (successes + 1.0) / (seen + 2.0)
                here, failed = row + successes, row_after + successes
                if p <= charge[0] and value[failed + 1, 0] == 0.0:
                    continue  # not worth any of these charges, and so its value still stands at 0
                for j in range(LANES):
                    worth[j] = p - charge[j] + p * value[failed + 1, j] + (1.0 - p) * value[failed, j]
                    pulls[j] = 1.0 + p * length[failed + 1, j] + (1.0 - p) * length[failed, j]
                    go_on = worth[j] > 0.0
                    value[here, j] = worth[j] if go_on else 0.0
                    length[here, j] = pulls[j] if go_on else 0.0
                if worth[0] > 0.0 and worth[LANES - 1] <= 0.0:
                    table[layer + here] = crossing(charge, worth, pulls)
