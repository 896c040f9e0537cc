"""Drawing actions, for rollouts and evaluation alike.

Draw k of step t has the number t * (heads + numbers) + k and depends on (seed, number) alone.
`gamemeta.agent.draws` makes the same draws without a compiler.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.actions import ActionSpec
from gamemeta_levels.kernel import combine, kernel, short_kernel, uniform

_32, _LOW_BITS = np.uint64(32), np.uint64(0xFFFFFFFF)
_TO_UNIT = 2.0**-32
HALF_LOG_2PI, LOG_2 = np.float32(0.5 * np.log(2.0 * np.pi)), np.float32(np.log(2.0))


@short_kernel
def sample(logits: Any, seed: Any, number: Any, action: Any, log_prob: Any) -> None:
    """Draw action[i, head] from softmax(logits[i]) of one head; adds its log probability.

    The draw depends on (seed[i], number[i]) alone. `action` int64 [N], `log_prob` float32 [N].
    """
    for i in range(logits.shape[0]):
        row = logits[i]
        top = row[0]
        for a in range(1, row.shape[0]):
            top = max(top, row[a])
        total = np.float32(0)
        for a in range(row.shape[0]):
            total += np.exp(row[a] - top)
        wanted = uniform(seed[i], number[i]) * total
        chosen, mass = 0, np.exp(row[0] - top)
        while chosen < row.shape[0] - 1 and wanted >= mass:
            chosen += 1
            mass += np.exp(row[chosen] - top)
        action[i] = chosen
        log_prob[i] += row[chosen] - top - np.log(total)


@kernel
def normal(seed: Any, number: Any) -> Any:
    """A standard normal number that depends on its two arguments alone (Box and Muller 1958)."""
    bits = combine(seed, number)
    radius = np.sqrt(-2.0 * np.log((np.float64(bits >> _32) + 1.0) * _TO_UNIT))
    return np.float32(radius * np.cos(2.0 * np.pi * _TO_UNIT * np.float64(bits & _LOW_BITS)))


@kernel
def log_slope(raw: Any) -> Any:
    """log of the derivative of tanh, 1 - tanh(raw)^2, without overflow or cancellation."""
    size = abs(raw)
    return np.float32(2) * (LOG_2 - size - np.log1p(np.exp(np.float32(-2) * size)))


@short_kernel
def sample_numbers(mean: Any, log_std: Any, seed: Any, number: Any, raw: Any, log_prob: Any) -> None:
    """Draw raw[i, k] from the normal with this mean and log standard deviation, by draw number[i] + k.

    Adds the log density of tanh(raw), in -1..1. `raw` float32 [N, numbers], `log_prob` float32 [N].
    """
    for i in range(mean.shape[0]):
        for k in range(mean.shape[1]):
            std = np.exp(log_std[i, k])
            raw[i, k] = mean[i, k] + std * normal(seed[i], number[i] + k)
            z = (raw[i, k] - mean[i, k]) / std
            density = np.float32(-0.5) * z * z - log_std[i, k] - HALF_LOG_2PI
            log_prob[i] += density - log_slope(raw[i, k])


@short_kernel
def sample_evenly(seed: Any, number: Any, raw: Any, log_prob: Any) -> None:
    """As `sample_numbers`, with tanh(raw) spread evenly over -1..1."""
    for i in range(raw.shape[0]):
        for k in range(raw.shape[1]):
            unit = (np.float64(combine(seed[i], number[i] + k) >> _32) + 0.5) * _TO_UNIT
            raw[i, k] = 0.5 * np.log(unit / (1.0 - unit))
            log_prob[i] -= LOG_2


@dataclass
class Drawn:
    """The choices of n agents; `draw` fills it."""

    codes: NDArray[np.int64]
    """[n, heads]."""
    raw: NDArray[np.float32]
    """[n, numbers], before they are squashed into their bounds."""
    log_prob: NDArray[np.float32]
    """[n], log probability of the codes times the density of the numbers, these scaled to -1..1."""

    @classmethod
    def empty(cls, action: ActionSpec, *lead: int) -> "Drawn":
        """Room for actions, with these axes before those of an action."""
        return cls(
            codes=np.zeros((*lead, len(action.heads)), np.int64),
            raw=np.zeros((*lead, action.continuous), np.float32),
            log_prob=np.zeros(lead, np.float32),
        )

    def at(self, t: int) -> "Drawn":
        """The room of step t, where the first axis is time."""
        return Drawn(self.codes[t], self.raw[t], self.log_prob[t])


def draw(decision: Any, seed: NDArray[np.uint64], step: NDArray[np.int64], out: Drawn) -> None:
    """Draw what a task learner's decision leaves to chance.

    Args:
        decision: `gamemeta.trials.task_learner.Decision`, or what has its `logits` and `numbers`; where the
            action has numbers and the decision says None of them, they are spread evenly.
        seed: [n].
        step: [n], counts the draws of each seed.
        out: is filled.
    """
    heads, numbers = out.codes.shape[1], out.raw.shape[1]
    number = step * (heads + numbers)
    out.log_prob[:] = 0.0
    for k, logits in enumerate(decision.logits):
        sample(logits, seed, number + k, out.codes[:, k], out.log_prob)
    if numbers and decision.continuous is None:
        sample_evenly(seed, number + heads, out.raw, out.log_prob)
    elif numbers:
        normals = decision.continuous
        sample_numbers(normals.mean, normals.log_std, seed, number + heads, out.raw, out.log_prob)
