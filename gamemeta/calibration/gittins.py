"""The finite-horizon Gittins index of a Bernoulli arm with the prior Beta(1, 1).

Gittins (1979) showed that an arm can be priced on its own: its index is the charge per pull at which
it is just worth pulling at least once and then stopping when best. Without discounting and with m pulls
to go the stopping time is at most m (Kaufmann 2018 writes it as the finite-horizon index). Pulling the
arm of the largest index is optimal against one arm of known worth and for the discounted endless problem;
with several unknown arms and a horizon it is very nearly, not exactly, optimal (`bayes` has the optimum).
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from gamemeta.calibration.bandit_kernels import first_state, state_in_layer
from gamemeta.calibration.gittins_kernels import LANES, calibrate
from gamemeta.calibration.players import check_at_least
from gamemeta_levels.errors import ConfigError

MOST_PULLS = 1000
BLOCKS = 40
"""Runs of LANES - 1 equal steps of charge into which [0, 1] is cut: 600 steps in all."""


@lru_cache(maxsize=4)
def index_table(n: int) -> NDArray[np.float32]:
    """Every index that a trial of n pulls can ask for, worked out once and kept in memory.

    Worth is computed exactly at 601 charges, and between two of them its tangents are followed to 0.
    Beside a grid 50 times as fine (n = 60) no index was more than 6e-5 too low, and the mean was 3e-7.

    Args:
        n: pulls of the trial, at most 1000.

    Returns: float32 [n (n+1) (n+2) / 6], read-only, in the order of `bandit_kernels.first_state`:
        n = 10, 100, 500 take 1 kB, 0.7 MB, 84 MB, and the work grows as n^3: on one core of a 2-core Xeon
        at full load less than 10 ms, 0.1 s, 14 s (`index_table(n)` timed after a first call).
    Raises: ConfigError for n out of range.
    """
    check_at_least("n", n, 1)
    if n > MOST_PULLS:
        raise ConfigError(f"Gittins indices for n = {n} pulls need too much memory. Give n <= {MOST_PULLS}.")
    table = np.empty(n * (n + 1) * (n + 2) // 6, np.float32)
    charge = np.linspace(0.0, 1.0, BLOCKS * (LANES - 1) + 1)
    for block in range(BLOCKS):
        begin = block * (LANES - 1)
        calibrate(n, charge[begin : begin + LANES], table)
    table.flags.writeable = False
    return table


def gittins_index(successes: int, failures: int, remaining: int) -> float:
    """The index of an arm seen to succeed and fail that often, with `remaining` pulls to go.

    Raises: ConfigError for a negative count or no pull to go.
    """
    check_at_least("successes", successes, 0)
    check_at_least("failures", failures, 0)
    check_at_least("remaining", remaining, 1)
    n = successes + failures + remaining
    return float(index_table(n)[first_state(n, remaining) + state_in_layer(successes, failures)])
