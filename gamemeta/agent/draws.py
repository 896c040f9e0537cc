"""Random draws of actions for minds, in NumPy alone."""

from itertools import accumulate
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.errors import SpecError
from gamemeta_levels.splitmix import MASK, combine, combine_all


def checked_seed(seed: Any) -> int:
    """A seed as an int.

    Raises:
        SpecError: it is no whole number from 0 to 2**64 - 1.
    """
    whole = isinstance(seed, (int, np.integer)) and not isinstance(seed, bool)
    if not whole or not 0 <= seed <= MASK:
        raise SpecError(f"seed = {repr(seed)[:60]}: give a whole number from 0 to 2**64 - 1.")
    return int(seed)


def lanes(seed: int, n: int) -> NDArray[np.uint64]:
    """Random streams [n], one for each mind."""
    return combine_all(np.full(n, seed & MASK, np.uint64), np.arange(n, dtype=np.uint64))


def uniform(lane: NDArray[np.uint64], number: NDArray[np.int64]) -> NDArray[np.float32]:
    """[n] numbers in [0, 1): mind i's draw of this number depends on (lane[i], number[i]) alone."""
    if len(lane) == 1:  # a dozen calls on arrays take longer than whole numbers
        return np.array([(combine(int(lane[0]), int(number[0])) >> 40) * 2.0**-24], np.float32)
    bits = combine_all(lane, number.astype(np.uint64))
    out: NDArray[np.float32] = (bits >> np.uint64(40)).astype(np.float32) * np.float32(2.0**-24)
    return out


def check_answer(head_outputs: NDArray[np.float32]) -> None:
    """Check what a network says [n, S], of which no action can be drawn where it is not finite.

    Raises:
        SpecError: it is not.
    """
    if not np.isfinite(head_outputs).all():
        raise SpecError(
            "the agent's network answers with NaN or infinity. Its weights are enormous, or an observation "
            "or reward is: look at these numbers, or take another agent."
        )


def choose(
    head_outputs: NDArray[np.float32],
    heads: tuple[int, ...],
    lane: NDArray[np.uint64],
    number: NDArray[np.int64],
    codes: NDArray[np.int64],
) -> None:
    """Draw codes [n, heads] from the logits of all heads [n, S]; head h by the draws number[i] + h."""
    for h, end in enumerate(accumulate(heads)):
        logits = head_outputs[:, end - heads[h] : end]
        total = np.add.accumulate(np.exp(logits - np.maximum.reduce(logits, axis=1, keepdims=True)), axis=1)
        wanted = uniform(lane, number + h) * total[:, -1]
        codes[:, h] = np.add.reduce(total[:, :-1] <= wanted[:, None], axis=1)


def least_distance(
    head_outputs: NDArray[np.float32],
    heads: tuple[int, ...],
    lane: NDArray[np.uint64],
    number: NDArray[np.int64],
) -> float:
    """How far the nearest draw of `choose` is from another code, as a part of all probability.

    Infinity where a head has no other code, or none that is possible.
    """
    least = np.inf
    for h, end in enumerate(accumulate(heads)):
        logits = head_outputs[:, end - heads[h] : end].astype(np.float64)
        share = np.exp(logits - logits.max(axis=1, keepdims=True))
        bounds = np.cumsum(share / share.sum(axis=1, keepdims=True), axis=1)[:, :-1]
        away = np.abs(bounds - uniform(lane, number + h)[:, None].astype(np.float64))
        least = min(least, float(away[(bounds > 0) & (bounds < 1)].min(initial=np.inf)))
    return least


def normal(lane: NDArray[np.uint64], number: NDArray[np.int64]) -> NDArray[np.float32]:
    """[n] standard normal numbers, drawn as `gamemeta.trials.sampling.normal` draws them."""
    bits = combine_all(lane, number.astype(np.uint64))
    radius = np.sqrt(-2.0 * np.log(((bits >> np.uint64(32)).astype(np.float64) + 1.0) * 2.0**-32))
    angle = 2.0 * np.pi * 2.0**-32 * (bits & np.uint64(0xFFFFFFFF)).astype(np.float64)
    out: NDArray[np.float32] = (radius * np.cos(angle)).astype(np.float32)
    return out
