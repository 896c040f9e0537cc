"""Did it adapt, or is it just good? Room, adaptation index and a verdict, with intervals.

An agent is compared with two that had the same network and budget: the reset-trained one, which could not
adapt, and the revealed one, which did not need to.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gamemeta.evaluation.scores import CONFIDENCE, RESAMPLES, Arm

LEAST_ROOM = 0.1
"""Below this room, in score, adaptation has nothing to win and cannot be told from skill."""

ADAPTED, NOT_ADAPTED, UNCLEAR = "adapted", "not adapted", "not distinguishable"


@dataclass
class Interval:
    """An estimate with its 95% interval."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3f} ({self.low:.3f} to {self.high:.3f})"


@dataclass
class Adaptation:
    """What comparing an agent with its baselines says.

    Args:
        reset_trained: score of the reset-trained agent, mean over its episodes.
        revealed: score of the revealed agent in its last episode.
        room: revealed minus reset-trained.
        index: (agent's last episode - reset-trained) / room.
        gain: agent's last episode minus reset-trained.
        over_wiped, over_swapped: agent's last episode minus that of the control.
        verdict: one of `ADAPTED`, `NOT_ADAPTED`, `UNCLEAR`.
        reason: one sentence.
    """

    reset_trained: Interval
    revealed: Interval
    room: Interval
    index: Interval
    gain: Interval
    over_wiped: Interval
    over_swapped: Interval
    verdict: str
    reason: str


def judge(
    agent: dict[str, Arm], reset_trained: dict[str, Arm], revealed: dict[str, Arm], seed: int = 0
) -> Adaptation:
    """Compare records on the same levels, [levels, K] each.

    Differences are taken level by level, and the bootstrap draws the same levels for every player.

    Args:
        agent: records of `agent`, `wiped`, `swapped`, `random` and `par`.
        reset_trained, revealed: records whose `agent` is the baseline.
        seed: of the bootstrap.
    Raises:
        ValueError: the records are not of the same number of levels.
    """
    counts = {len(records["agent"].returns) for records in (agent, reset_trained, revealed)}
    if len(counts) != 1:
        raise ValueError(f"records of the same levels are needed; got {sorted(counts)} levels.")
    weights = _weights(counts.pop(), seed)
    floor = weights @ agent["random"].returns.mean(1)
    scale = np.maximum(weights @ agent["par"].returns.mean(1) - floor, 1e-9)

    def score(returns: NDArray[np.float64]) -> NDArray[np.float64]:
        out: NDArray[np.float64] = (weights @ returns - floor) / scale
        return out

    last = score(agent["agent"].returns[:, -1])
    reset, told = score(reset_trained["agent"].returns.mean(1)), score(revealed["agent"].returns[:, -1])
    over_wiped = _interval(last - score(agent["wiped"].returns[:, -1]))
    over_swapped = _interval(last - score(agent["swapped"].returns[:, -1]))
    room, gain = _interval(told - reset), _interval(last - reset)
    verdict, reason = _verdict(room, gain, over_wiped, over_swapped)
    return Adaptation(
        reset_trained=_interval(reset),
        revealed=_interval(told),
        room=room,
        index=_interval((last - reset) / np.where(told - reset > 0, np.maximum(told - reset, 1e-3), np.nan)),
        gain=gain,
        over_wiped=over_wiped,
        over_swapped=over_swapped,
        verdict=verdict,
        reason=reason,
    )


def _verdict(room: Interval, gain: Interval, wiped: Interval, swapped: Interval) -> tuple[str, str]:
    if room.high < LEAST_ROOM:
        return NOT_ADAPTED, (
            f"there is no room: being told the hidden facts is worth {room.value:.2f}, so a good score "
            "is not adaptation."
        )
    rivals = {"reset-trained": gain, "memory wiped": wiped, "memory swapped": swapped}
    for name, difference in rivals.items():
        if difference.high <= 0 or (difference.low <= 0 and difference.high < LEAST_ROOM):
            return NOT_ADAPTED, f"the last episode is no better than {name} ({difference.value:+.2f})."
    if room.low > 0 and all(difference.low > 0 for difference in rivals.values()):
        return ADAPTED, "the last episode beats reset-trained, wiped and swapped outside the intervals."
    return UNCLEAR, "the intervals are too wide to tell; play more levels (--levels)."


def _weights(levels: int, seed: int) -> NDArray[np.float64]:
    """[1 + resamples, levels]: all levels first, then as the bootstrap draws them."""
    draws = np.random.default_rng(seed).integers(0, levels, (RESAMPLES, levels))
    drawn = np.stack([np.bincount(row, minlength=levels) for row in draws])
    weights: NDArray[np.float64] = np.concatenate([np.ones((1, levels)), drawn]) / levels
    return weights


def _interval(values: NDArray[np.float64]) -> Interval:
    """The estimate on all levels, and the percentiles of the bootstrap's."""
    known = values[1:][np.isfinite(values[1:])]
    if not len(known):
        return Interval(float(values[0]), float("nan"), float("nan"))
    low, high = np.quantile(known, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return Interval(float(values[0]), float(low), float(high))
