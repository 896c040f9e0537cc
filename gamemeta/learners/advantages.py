"""Generalised advantage estimation over trials."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.kernel import kernel


@kernel
def _advantages(
    reward: Any, value: Any, next_value: Any, discount: Any, carry_on: Any, lam: Any, advantage: Any
) -> None:
    for i in range(reward.shape[1]):
        total = np.float32(0)
        for t in range(reward.shape[0] - 1, -1, -1):
            error = reward[t, i] + discount[t, i] * next_value[t, i] - value[t, i]
            total = error + discount[t, i] * lam * total * carry_on[t, i]
            advantage[t, i] = total


def advantages(
    reward: NDArray[np.float32],
    value: NDArray[np.float32],
    next_value: NDArray[np.float32],
    discount: NDArray[np.float32],
    carry_on: NDArray[np.bool_],
    lam: float,
) -> NDArray[Any]:
    """Generalised advantage estimates (Schulman et al. 2016, eq. 16).

    Args:
        reward: [T, N].
        value: [T, N], of the observation at t.
        next_value: [T, N], of what was reached, before any reset that clears the memory.
        discount: [T, N], 0 only where the trial terminated.
        carry_on: [T, N], False where the trial ended: the sum stops, the bootstrap stays.
        lam: mixing weight in [0, 1].

    Returns: [T, N] float32, in units of reward.
    """
    out = np.empty_like(reward)
    _advantages(reward, value, next_value, discount, carry_on, np.float32(lam), out)
    return out
