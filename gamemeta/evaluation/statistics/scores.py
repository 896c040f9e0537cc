"""Scores with intervals out of returns by level and episode, over one training seed or several."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from gamemeta.errors import ConfigError

RESAMPLES = 1000
CONFIDENCE = 0.95
Floats = NDArray[np.float64]


@dataclass
class Arm:
    """One player's record, [levels, K] each; of agents of several training seeds [seeds, levels, K]."""

    returns: Floats
    steps: Floats
    success: Floats

    def take(self, levels: int) -> "Arm":
        """The record of the first levels alone."""
        return Arm(*(x[..., :levels, :] for x in (self.returns, self.steps, self.success)))


@dataclass
class Curve:
    """One player's adaptation curve, by episode 1..K."""

    score: list[float]
    score_low: list[float]
    score_high: list[float]
    returns: list[float]
    success: list[float]
    steps: list[float]

    def to_json(self) -> dict[str, list[float | None]]:
        """Lists over episodes by name, to five places; None for unknown values, such as the steps of par."""
        named = {"return" if k == "returns" else k: v for k, v in vars(self).items()}
        return {k: [round(x, 5) if isfinite(x) else None for x in v] for k, v in named.items()}


def stacked(arms: Sequence[Arm]) -> Arm:
    """Records of agents of several training seeds as one, [seeds, levels, K].

    Raises:
        ConfigError: they were not played on equally many levels and episodes.
    """
    shapes = {arm.returns.shape for arm in arms}
    if len(shapes) != 1:
        all_shapes = ", ".join(map(str, sorted(shapes))) or "none"
        raise ConfigError(
            f"records to stack must have one shape [levels, K]; got {all_shapes}. "
            "Evaluate every agent on the same levels, with the same episodes."
        )
    return Arm(*(np.stack([getattr(arm, name) for arm in arms]) for name in ("returns", "steps", "success")))


@dataclass(frozen=True)
class Bootstrap:
    """Weights of levels and training seeds: first all alike, then of each draw.

    Seeds are drawn whole, on all levels at once: an agent that is better is better on every level, so
    drawing seeds for each level apart would average away the difference between trainings.
    """

    levels: Floats
    """[1 + resamples, levels]."""
    seeds: Floats
    """[1 + resamples, seeds]."""

    @classmethod
    def drawn(cls, levels: int, seeds: int, seed: int) -> "Bootstrap":
        """Weights of `RESAMPLES` draws; with one seed, only levels are drawn."""
        rng = np.random.default_rng(seed)
        return cls(*(_weights(rng, count) for count in (levels, seeds)))

    def mean(self, values: Floats) -> Floats:
        """[1 + resamples, K], of values [levels, K] or [seeds, levels, K]."""
        over_levels: Floats = self.levels @ values
        if values.ndim == 2:
            return over_levels
        mean: Floats = np.einsum("rs,srk->rk", self.seeds, over_levels)
        return mean


def _weights(rng: np.random.Generator, count: int) -> Floats:
    draws = rng.integers(0, count, (RESAMPLES, count))
    drawn = np.stack([np.bincount(row, minlength=count) for row in draws])
    weights: Floats = np.concatenate([np.ones((1, count)), drawn]) / count
    return weights


def resampled_scores(arms: Mapping[str, Arm], seed: int = 0) -> dict[str, Floats]:
    """Scores of each player, (return - random) / (par - random), of all levels and then resampled.

    Where there is no par, scores are the returns themselves.

    Random and par are means over all their levels and episodes. The bootstrap draws the same levels and
    training seeds for every player, so that it carries the uncertainty of random and par too, and
    differences between players are taken level by level. A player of fewer levels than par played
    the first ones, and is scored by random and par on those.

    Args:
        arms: by name; `random` is among them, and `par` where it is known.
        seed: of the bootstrap.

    Returns: by name, [1 + resamples, K].
    """
    seeds = max(len(arm.returns) if arm.returns.ndim == 3 else 1 for arm in arms.values())

    @cache
    def scale(levels: int) -> tuple[Bootstrap, Floats, Floats]:
        bootstrap = Bootstrap.drawn(levels, seeds, seed)
        if "par" not in arms:
            return bootstrap, np.zeros(1), np.ones(1)
        floor, par = (
            bootstrap.mean(arms[name].take(levels).returns).mean(1, keepdims=True)
            for name in ("random", "par")
        )
        return bootstrap, floor, np.maximum(par - floor, 1e-9)

    scores = {}
    for name, arm in arms.items():
        bootstrap, floor, room = scale(arm.returns.shape[-2])
        scores[name] = (bootstrap.mean(arm.returns) - floor) / room
    return scores


def bounds(resampled: Floats) -> tuple[Floats, Floats]:
    """Lower and upper end of the 95% interval, over the first axis, that of the draws."""
    low, high = np.quantile(resampled, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2], axis=0)
    return low, high


def curves(arms: Mapping[str, Arm], seed: int = 0) -> dict[str, Curve]:
    """Adaptation curves with 95% intervals: percentiles of a bootstrap over levels and training seeds.

    Args:
        arms: as `resampled_scores`.
        seed: of the bootstrap.
    """
    made = {}
    for name, scores in resampled_scores(arms, seed).items():
        arm, (low, high) = arms[name], bounds(scores[1:])
        averages = (x.reshape(-1, x.shape[-1]).mean(0) for x in (arm.returns, arm.success, arm.steps))
        made[name] = Curve(
            scores[0].tolist(), low.tolist(), high.tolist(), *(average.tolist() for average in averages)
        )
    return made
