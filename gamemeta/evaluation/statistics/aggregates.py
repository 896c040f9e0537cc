"""Aggregates recommended by Agarwal et al. (2021): interquartile mean, profile, probability of improvement.

Scores come as [seeds, levels] or [seeds, levels, K]: a seed is one agent out of several trained the
same way, a level is a task. Intervals are 95% percentiles of a bootstrap that draws levels and whole
seeds, as `scores.Bootstrap` does: they hold for other unseen levels and other trainings. The stratified
bootstrap of that paper draws seeds for each level apart, which is meant for runs that share nothing; agents
that play every level share all they learned, and its intervals are too narrow for them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gamemeta.evaluation.statistics.scores import RESAMPLES, Arm, bounds

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


def interquartile_mean(scores: Scores, *, resamples: int = RESAMPLES, seed: int = 0) -> Estimate:
    """Mean of the middle half of all scores of all seeds, for each episode.

    Args:
        scores: [seeds, levels, K].
        resamples: of the bootstrap.
        seed: of the bootstrap.

    Returns: [K].
    """
    return _bootstrapped(scores, _middle_means, resamples, seed)


def _middle_means(scores: Scores) -> Scores:
    """Means of [seeds, levels, K] over all but the lowest and the highest quarter, rounded down, [K]."""
    count = scores.shape[0] * scores.shape[1]
    first, last = count // 4, count - count // 4 - 1
    ordered = np.partition(scores.reshape(count, -1), (first, last), axis=0)
    means: Scores = ordered[first : last + 1].mean(axis=0)
    return means


def probability_of_improvement(
    ours: Scores, theirs: Scores, *, resamples: int = RESAMPLES, seed: int = 0
) -> Estimate:
    """Probability that one player scores higher than another on a random level; a tie counts half.

    The value is over all pairs of seeds. The bootstrap draws the levels and seeds of both together, as an
    agent and its own control belong together.

    Args:
        ours, theirs: [seeds, levels].

    Returns: a single number, [1].
    """

    def pairs(both: Scores) -> Scores:
        won = both[:, None, :, 0] - both[None, :, :, 1]
        return np.array([((won > 0) + 0.5 * (won == 0)).mean()])

    return _bootstrapped(np.stack([ours, theirs], axis=-1), pairs, resamples, seed)


def performance_profile(
    scores: Scores, thresholds: Scores, *, resamples: int = RESAMPLES, seed: int = 0
) -> Estimate:
    """Share of levels with a score above each threshold.

    Args:
        scores: [seeds, levels].
        thresholds: [M], increasing.

    Returns: [M].
    """

    def above(drawn: Scores) -> Scores:
        order = np.sort(drawn, axis=None)
        return 1.0 - np.searchsorted(order, thresholds, side="right") / order.size

    return _bootstrapped(scores, above, resamples, seed)


def _bootstrapped(
    scores: Scores, function: Callable[[Scores], Scores], resamples: int, seed: int
) -> Estimate:
    """A function of scores [seeds, levels, ...], with its interval over levels and whole seeds."""
    rng, (seeds, levels) = np.random.default_rng(seed), scores.shape[:2]
    drawn = [
        function(scores[rng.integers(0, seeds, (seeds, 1)), rng.integers(0, levels, levels)])
        for _ in range(resamples)
    ]
    return Estimate(function(scores), *bounds(np.stack(drawn)))
