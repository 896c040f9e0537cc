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


@kernel
def _acted_advantages(
    reward: Any,
    value: Any,
    next_value: Any,
    discount: Any,
    carry_on: Any,
    lam: Any,
    acting: Any,
    advantage: Any,
) -> None:
    for i in range(reward.shape[1]):
        total, passed, waits = np.float32(0), np.float32(0), False
        for t in range(reward.shape[0] - 1, -1, -1):
            after = passed if waits and carry_on[t, i] else next_value[t, i]
            if acting[t, i]:
                error = reward[t, i] + discount[t, i] * after - value[t, i]
                total = error + discount[t, i] * lam * total * carry_on[t, i]
                advantage[t, i], waits = total, False
            else:
                passed = reward[t, i] + after * carry_on[t, i]
                total = total * carry_on[t, i]
                advantage[t, i], waits = np.float32(0), True


def advantages(
    reward: NDArray[np.float32],
    value: NDArray[np.float32],
    next_value: NDArray[np.float32],
    discount: NDArray[np.float32],
    carry_on: NDArray[np.bool_],
    lam: float,
    acting: NDArray[np.bool_] | None = None,
) -> NDArray[Any]:
    """Generalised advantage estimates (Schulman et al. 2016, eq. 16).

    Args:
        reward: [T, N].
        value: [T, N], of the observation at t.
        next_value: [T, N], of what was reached, before any reset that clears the memory.
        discount: [T, N], 0 only where the trial terminated.
        carry_on: [T, N], False where the trial ended: the sum stops, the bootstrap stays.
        lam: mixing weight in [0, 1].
        acting: [T, N], False where somebody only waits: no time passes, and what is paid then counts for
            the last act before. None where everybody always acts.

    Returns: [T, N] float32, in units of reward; 0 where nobody acted.
    """
    out = np.empty_like(reward)
    if acting is None:
        _advantages(reward, value, next_value, discount, carry_on, np.float32(lam), out)
    else:
        _acted_advantages(reward, value, next_value, discount, carry_on, np.float32(lam), acting, out)
    return out
