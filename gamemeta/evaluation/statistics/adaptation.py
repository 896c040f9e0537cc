"""Room and adaptation index of an agent, with intervals.

An agent is compared with two that had the same network and budget: the reset-trained one, which could not
adapt, and the revealed one, which did not need to.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gamemeta.evaluation.statistics.intervals import Clusters, Interval, interval, ratio_interval
from gamemeta.evaluation.statistics.scores import Arm, score_values
from gamemeta.evaluation.statistics.verdict import differences

COMPARED = ("agent", "wiped", "swapped", "reset_trained", "revealed")
"""The players of a comparison, beside `random` and `par`."""


@dataclass(frozen=True)
class Adaptation:
    """Comparison of an agent with its baselines.

    Args:
        reset_trained: score, or return where par is unknown, of the reset-trained agent, mean over its
            episodes.
        revealed: that of the revealed agent in its last episode.
        room: revealed minus reset-trained.
        index: gain / room; undefined where the interval of room does not lie above 0.
        gain: agent's last episode minus reset-trained.
        over_wiped, over_swapped: as `gamemeta.evaluation.statistics.verdict.differences`.
    """

    reset_trained: Interval
    revealed: Interval
    room: Interval
    index: Interval
    gain: Interval
    over_wiped: Interval
    over_swapped: Interval

    def to_json(self) -> dict[str, Any]:
        """All of it as plain JSON data."""
        return {name: one.to_json() for name, one in vars(self).items()}


def compare(arms: Mapping[str, Arm], clusters: Clusters = None) -> Adaptation:
    """Compare the records of an agent, its controls and its baselines on the same levels.

    Differences are taken level by level and training seed by training seed.

    Args:
        arms: those of `COMPARED`, `random`, and `par` where it is known; without it, all but the index is in
            returns.
        clusters: [levels], which levels are copies of one world; None where all differ.
    Raises:
        ValueError: the records are not of the same number of levels.
    """
    arms = {name: arms[name] for name in (*COMPARED, "random", "par") if name != "par" or name in arms}
    counts = {arm.returns.shape[-2] for arm in arms.values()}
    if len(counts) != 1:
        raise ValueError(f"records of the same levels are needed; got {sorted(counts)} levels.")
    revealed = score_values(arms, "revealed")[..., -1]
    reset = score_values(arms, "reset_trained").mean(-1)
    over = differences(arms)
    room, gain = revealed - reset, over["reset_trained"]
    return Adaptation(
        reset_trained=interval(reset, clusters),
        revealed=interval(revealed, clusters),
        room=interval(room, clusters),
        index=ratio_interval(gain, room, clusters),
        gain=interval(gain, clusters),
        over_wiped=interval(over["wiped"], clusters),
        over_swapped=interval(over["swapped"], clusters),
    )
