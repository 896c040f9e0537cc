"""Aggregates recommended by Agarwal et al. (2021): interquartile mean, profile, probability of improvement.

Scores come as [seeds, levels] or [seeds, levels, K]: a seed is one agent out of several trained the
same way, a level is a task. Intervals are those of `intervals.margin`, of the influence that each score
has on the aggregate: they hold for other unseen levels and other trainings. The stratified bootstrap of
that paper draws seeds for each level apart, which is meant for runs that share nothing; agents that play
every level share all they learned, and its intervals are too narrow for them.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gamemeta.evaluation.statistics.intervals import Clusters, margin
from gamemeta.evaluation.statistics.scores import Arm

Scores = NDArray[np.float64]


@dataclass
class Estimate:
    """Estimates with their 95% intervals, [...] each."""

    value: Scores
    low: Scores
    high: Scores


def level_scores(arms: Mapping[str, Arm], name: str) -> Scores:
    """Scores of one player on each level, (return - random) / (par - random), [seeds, levels, K].

    Par is the level's own, so that the solver scores 1 on every level; random is the mean over all
    levels and episodes, because K random episodes say little about one level. Where the solver is
    no better than random play (its plan exceeds the step limit, say) the mean par takes its place.

    Args:
        arms: by name, [levels, K] or [seeds, levels, K]; `random` and `par` are among them.
        name: whose scores.
    """
    floor = arms["random"].returns.mean()
    par = arms["par"].returns
    room = np.where(par > floor, par, max(par.mean(), floor + 1e-9)) - floor
    scores: Scores = (arms[name].returns - floor) / room
    return scores.reshape(-1, *par.shape)


def interquartile_mean(scores: Scores, clusters: Clusters = None) -> Estimate:
    """Mean of the middle half of all scores of all seeds, for each episode.

    Args:
        scores: [seeds, levels, K].
        clusters: as `intervals.margin`.

    Returns: [K].
    """
    count = scores.shape[0] * scores.shape[1]
    first, last = count // 4, count - count // 4 - 1
    ordered = np.partition(scores.reshape(count, -1), (first, last), axis=0)
    value: Scores = ordered[first : last + 1].mean(axis=0)
    pulled_in = np.clip(scores, ordered[first], ordered[last])
    half = margin(pulled_in * count / (last + 1 - first), clusters)
    return Estimate(value, value - half, value + half)


def probability_of_improvement(ours: Scores, theirs: Scores, clusters: Clusters = None) -> Estimate:
    """Probability that one player scores higher than another on a random level; a tie counts half.

    The value is over all pairs of seeds. An agent and its own control belong together: a seed brings both.

    Args:
        ours, theirs: [seeds, levels].
        clusters: as `intervals.margin`.

    Returns: a single number, [1].
    """
    ahead = ours[:, None] - theirs[None]
    won = (ahead > 0) + 0.5 * (ahead == 0)  # [seeds, seeds, levels]
    return _share(won.mean(axis=1) + won.mean(axis=0) - won.mean(axis=(0, 1)), clusters)


def performance_profile(scores: Scores, thresholds: Scores, clusters: Clusters = None) -> Estimate:
    """Share of levels with a score above each threshold.

    Args:
        scores: [seeds, levels].
        thresholds: [M], increasing.
        clusters: as `intervals.margin`.

    Returns: [M].
    """
    return _share((scores[..., None] > thresholds).astype(np.float64), clusters)


def _share(values: Scores, clusters: Clusters) -> Estimate:
    """The mean, a share, of values [seeds, levels] or [seeds, levels, M]."""
    values = values.reshape(*values.shape[:2], -1)
    value, half = values.mean(axis=(0, 1)), margin(values, clusters)
    return Estimate(value, np.clip(value - half, 0, 1), np.clip(value + half, 0, 1))
