"""Aggregates that the field asks for (Agarwal et al. 2021), by the library rliable.

Scores come as [seeds, levels] or [seeds, levels, K]: a seed is one agent out of several trained the
same way, a level is rliable's task. Intervals are 95% percentiles of a stratified bootstrap that
draws seeds within each level, and levels: they speak of other unseen levels, not of these alone.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.errors import ConfigError
from gamemeta.evaluation.scores import RESAMPLES, Arm

Scores = NDArray[np.float64]
EXTRA = "pip install 'gamemeta[report]'"


@dataclass
class Estimate:
    """Numbers with their 95% intervals, [...] each."""

    value: Scores
    low: Scores
    high: Scores


def level_scores(arms: Mapping[str, Arm], name: str) -> Scores:
    """One player's score on each level, [levels, K]: (return - random) / (par - random).

    Par is the level's own, so that the solver scores 1 on every level; random is the mean over all
    levels and episodes, because K random episodes tell little about one level. Where the solver is
    no better than random play (its plan exceeds the step limit, say) the mean par stands in.

    Args:
        arms: by name; `random` and `par` are among them.
        name: whose scores.
    """
    floor = arms["random"].returns.mean()
    par = arms["par"].returns
    room = np.where(par > floor, par, max(par.mean(), floor + 1e-9)) - floor
    scores: Scores = (arms[name].returns - floor) / room
    return scores


def stacked(seeds: Sequence[Scores]) -> Scores:
    """Scores [levels, K] of agents trained with different seeds as [seeds, levels, K].

    Raises:
        ConfigError: they were not played on equally many levels and episodes.
    """
    shapes = {scores.shape for scores in seeds}
    if len(shapes) != 1:
        found = ", ".join(map(str, sorted(shapes))) or "none"
        raise ConfigError(
            f"scores to aggregate must have one shape [levels, K]; got {found}. "
            "Evaluate every agent on the same levels, with the same episodes."
        )
    return np.stack(list(seeds))


def interquartile_mean(scores: Scores, *, resamples: int = RESAMPLES, seed: int = 0) -> Estimate:
    """Mean of the middle half of all scores of all seeds, for each episode.

    Args:
        scores: [seeds, levels, K].
        resamples: of the bootstrap.
        seed: of the bootstrap.

    Returns: [K].
    Raises:
        ConfigError: rliable is not installed.
    """
    iqm = rliable("metrics").aggregate_iqm
    return _bootstrapped(
        scores, lambda x: np.array([iqm(x[..., k]) for k in range(x.shape[2])]), resamples, seed
    )


def probability_of_improvement(
    ours: Scores, theirs: Scores, *, resamples: int = RESAMPLES, seed: int = 0
) -> Estimate:
    """How likely we do better than they do on a level drawn at random; a tie counts half.

    The bootstrap draws the seeds of both together, as an agent and its own control belong together.
    rliable has the number but no interval for it over levels, and tests each level apart: the same
    number is taken here from all pairs of seeds at once.

    Args:
        ours, theirs: [seeds, levels].

    Returns: a single number, [1].
    Raises:
        ConfigError: rliable is not installed.
    """

    def pairs(both: Scores) -> Scores:
        won = both[:, None, :, 0] - both[None, :, :, 1]
        return np.array([((won > 0) + 0.5 * (won == 0)).mean()])

    return _bootstrapped(np.stack([ours, theirs], axis=-1), pairs, resamples, seed)


def performance_profile(
    scores: Scores, thresholds: Scores, *, resamples: int = RESAMPLES, seed: int = 0
) -> Estimate:
    """Share of levels on which the score is above each threshold.

    Args:
        scores: [seeds, levels].
        thresholds: [M], increasing.

    Returns: [M].
    Raises:
        ConfigError: rliable is not installed.
    """

    def above(given: Scores, taus: Scores) -> Scores:
        order = np.sort(given, axis=None)
        return 1.0 - np.searchsorted(order, taus, side="right") / order.size

    with _seeded(seed):
        value, interval = rliable("library").create_performance_profile(
            {"scores": scores},
            thresholds,
            custom_profile_func=above,
            task_bootstrap=True,
            reps=resamples,
        )
    return Estimate(value["scores"], *interval["scores"])


def rliable(module: str) -> ModuleType:
    """`rliable.library` or `rliable.metrics`, imported when needed.

    Raises:
        ConfigError: it is not installed, or not with what it needs.
    """
    try:
        return import_module(f"rliable.{module}")
    except (ImportError, TypeError) as error:  # TypeError: beside pandas 3
        raise ConfigError(
            f"aggregates and reports need packages that are missing or do not fit ({error}). Run: {EXTRA}"
        ) from error


def _bootstrapped(
    scores: Scores, function: Callable[[Scores], Scores], resamples: int, seed: int
) -> Estimate:
    with _seeded(seed):
        value, interval = rliable("library").get_interval_estimates(
            {"scores": scores}, function, task_bootstrap=True, reps=resamples
        )
    return Estimate(value["scores"], *interval["scores"])


@contextmanager
def _seeded(seed: int) -> Iterator[None]:
    """rliable 1.2 draws from NumPy's global generator whatever `random_state` it is given."""
    before: dict[str, Any] = np.random.get_state(legacy=False)
    np.random.seed(seed)
    try:
        yield
    finally:
        np.random.set_state(before)
