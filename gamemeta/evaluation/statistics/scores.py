"""Scores with intervals out of returns by level and episode, over one training seed or several."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import isfinite

import numpy as np

from gamemeta.errors import ConfigError
from gamemeta.evaluation.statistics.intervals import Clusters, Floats, margin

LEAST_SCALE = 1e-9
"""Least distance between random play and par, in returns, so that scores are finite."""


@dataclass
class Arm:
    """One player's record, [levels, K] each; of agents of several training seeds [seeds, levels, K].

    Steps and success are NaN where they are unknown.
    """

    returns: Floats
    steps: Floats
    success: Floats

    def take(self, levels: int) -> "Arm":
        """The record of the first levels alone."""
        return Arm(*(x[..., :levels, :] for x in (self.returns, self.steps, self.success)))

    def with_known_success(self) -> "Arm":
        """The record of a game that says of some episodes whether they succeeded: the others failed."""
        return replace(self, success=np.nan_to_num(self.success, nan=0.0))


@dataclass
class Curve:
    """One player's adaptation curve, by episode 1..K."""

    score: list[float]
    score_low: list[float]
    score_high: list[float]
    returns: list[float]
    success: list[float]
    steps: list[float]

    @property
    def knows_success(self) -> bool:
        """Whether it is known which episodes succeeded."""
        return all(map(isfinite, self.success))

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


def score_values(arms: Mapping[str, Arm], name: str) -> Floats:
    """A player's scores by training seed and level, [seeds, levels, K]: their mean is its score.

    A score is (return - random) / (par - random), of means over all levels; random and par are means over
    their episodes, too. Where there is no par, scores are the returns themselves. How far the values of
    a level lie from the mean is what the level adds to the uncertainty of the score, that of random and
    par among it (the delta method). The values of two players may be subtracted level by level.

    A player of fewer levels than par played the first ones, and is scored by random and par on those.

    Args:
        arms: by name; `random` is among them, and `par` where it is known.
        name: whose scores.
    """
    returns = arms[name].returns
    levels, episodes = returns.shape[-2:]
    returns = returns.reshape(-1, levels, episodes)
    if "par" not in arms:
        return returns
    random, par = (_by_level(arms[name].take(levels).returns) for name in ("random", "par"))
    scale = par - random
    room = max(float(scale.mean()), LEAST_SCALE)
    score = (returns.mean((0, 1)) - random.mean()) / room
    off = _centred(returns) - _centred(random) - score * _centred(scale)
    values: Floats = score + off / room
    return values


def _by_level(returns: Floats) -> Floats:
    """Mean over episodes, and over training seeds if there are any, [levels, 1]."""
    by_level: Floats = returns.mean(-1, keepdims=True)
    return by_level.mean(0) if by_level.ndim == 3 else by_level


def _centred(values: Floats) -> Floats:
    """Values [..., levels, K] less their mean over levels and training seeds."""
    off: Floats = values - values.reshape(-1, values.shape[-1]).mean(0)
    return off


def curves(arms: Mapping[str, Arm], clusters: Clusters = None) -> dict[str, Curve]:
    """Adaptation curves with 95% intervals over levels and training seeds.

    Args:
        arms: as `score_values`.
        clusters: [levels], which levels are copies of one world; None where all differ.
    """
    return {name: curve_of(arms, name, clusters) for name in arms}


def curve_of(arms: Mapping[str, Arm], name: str, clusters: Clusters = None) -> Curve:
    """The curve of one player; see `curves`."""
    arm, values = arms[name], score_values(arms, name)
    score, half = values.mean((0, 1)), margin(values, first_of(clusters, values.shape[1]))
    averages = (x.reshape(-1, x.shape[-1]).mean(0) for x in (arm.returns, arm.success, arm.steps))
    return Curve(
        score.tolist(),
        (score - half).tolist(),
        (score + half).tolist(),
        *(average.tolist() for average in averages),
    )


def first_of(clusters: Clusters, levels: int) -> Clusters:
    """The clusters of the first levels alone."""
    return None if clusters is None else clusters[:levels]
