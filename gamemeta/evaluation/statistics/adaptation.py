"""Room, adaptation index and a verdict, with intervals: whether an agent adapts or is only skilled.

An agent is compared with two that had the same network and budget: the reset-trained one, which could not
adapt, and the revealed one, which did not need to.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np

from gamemeta.evaluation.statistics.scores import Arm, Floats, bounds, resampled_scores

LEAST_ROOM = 0.1
"""Below this room, in score, adaptation has nothing to win and cannot be separated from skill."""

JUDGED = ("agent", "wiped", "swapped", "reset_trained", "revealed")
"""The players that a verdict needs, beside `random` and `par`."""

ADAPTED, NOT_ADAPTED, UNCLEAR = "adapted", "not adapted", "not distinguishable"


@dataclass
class Interval:
    """An estimate with its 95% interval; not finite where there is none."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        if not isfinite(self.value):
            return "undefined"
        return f"{self.value:.3f} ({self.low:.3f} to {self.high:.3f})"

    def to_json(self) -> dict[str, float | None]:
        """The numbers by name, to five places; None where one is not finite."""
        return {name: round(x, 5) if isfinite(x) else None for name, x in vars(self).items()}


@dataclass
class Adaptation:
    """Comparison of an agent with its baselines.

    Args:
        reset_trained: score of the reset-trained agent, mean over its episodes.
        revealed: score of the revealed agent in its last episode.
        room: revealed minus reset-trained.
        index: (agent's last episode - reset-trained) / room; undefined without room.
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

    def to_json(self) -> dict[str, Any]:
        """All of it as plain JSON data."""
        return {k: v.to_json() if isinstance(v, Interval) else v for k, v in vars(self).items()}


def judge(arms: Mapping[str, Arm], seed: int = 0) -> Adaptation:
    """Compare the records of an agent, its controls and its baselines on the same levels.

    Differences are taken level by level and training seed by training seed: the bootstrap draws the
    same ones for every player.

    Args:
        arms: those of `JUDGED`, `random` and `par`.
        seed: of the bootstrap.
    Raises:
        ValueError: the records are not of the same number of levels.
    """
    arms = {name: arms[name] for name in (*JUDGED, "random", "par")}
    counts = {arm.returns.shape[-2] for arm in arms.values()}
    if len(counts) != 1:
        raise ValueError(f"records of the same levels are needed; got {sorted(counts)} levels.")
    scores = resampled_scores(arms, seed)
    last = {name: score[:, -1] for name, score in scores.items()}
    agent, revealed, reset = last["agent"], last["revealed"], scores["reset_trained"].mean(1)
    over_wiped, over_swapped = _interval(agent - last["wiped"]), _interval(agent - last["swapped"])
    room, gain = _interval(revealed - reset), _interval(agent - reset)
    verdict, reason = _verdict(room, gain, over_wiped, over_swapped)
    return Adaptation(
        reset_trained=_interval(reset),
        revealed=_interval(revealed),
        room=room,
        index=_interval(
            (agent - reset) / np.where(revealed - reset > 0, np.maximum(revealed - reset, 1e-3), np.nan)
        ),
        gain=gain,
        over_wiped=over_wiped,
        over_swapped=over_swapped,
        verdict=verdict,
        reason=reason,
    )


def _verdict(room: Interval, gain: Interval, wiped: Interval, swapped: Interval) -> tuple[str, str]:
    if room.high < LEAST_ROOM:
        return NOT_ADAPTED, (
            f"there is no room: seeing the hidden facts is worth {room.value:.2f}, so a good score "
            "is not adaptation."
        )
    rivals = {"reset-trained": gain, "memory wiped": wiped, "memory swapped": swapped}
    for name, difference in rivals.items():
        if difference.high <= 0 or (difference.low <= 0 and difference.high < LEAST_ROOM):
            return NOT_ADAPTED, f"the last episode is no better than {name} ({difference.value:+.2f})."
    if room.low > 0 and all(difference.low > 0 for difference in rivals.values()):
        return ADAPTED, "the last episode beats reset-trained, wiped and swapped outside the intervals."
    return UNCLEAR, "the intervals are too wide for a verdict; play more levels (--levels)."


def _interval(values: Floats) -> Interval:
    """The estimate on all levels, and percentiles of the bootstrap."""
    known = values[1:][np.isfinite(values[1:])]
    if not len(known):
        return Interval(float(values[0]), float("nan"), float("nan"))
    low, high = bounds(known)
    return Interval(float(values[0]), float(low), float(high))
