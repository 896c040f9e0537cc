"""From returns by level and episode to scores with intervals."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 1000
CONFIDENCE = 0.95


@dataclass
class Arm:
    """One player's record, [levels, K] each."""

    returns: NDArray[np.float64]
    steps: NDArray[np.float64]
    success: NDArray[np.float64]


@dataclass
class Curve:
    """One player's adaptation curve, by episode 1..K."""

    score: list[float]
    score_low: list[float]
    score_high: list[float]
    returns: list[float]
    success: list[float]
    steps: list[float]

    def to_json(self) -> dict[str, list[float]]:
        named = {"return" if k == "returns" else k: v for k, v in vars(self).items()}
        return {k: [round(x, 5) for x in v] for k, v in named.items()}


def curves(arms: dict[str, Arm], seed: int = 0) -> dict[str, Curve]:
    """Adaptation curves with 95% intervals: score = (return - random) / (par - random).

    Random and par are means over all their levels and episodes. The intervals are percentiles of a
    bootstrap that draws levels, the same ones for every player, so that they carry the uncertainty
    of random and par too.

    Args:
        arms: by name; `random` and `par` are among them.
        seed: of the bootstrap.
    """
    levels = len(arms["par"].returns)
    draws = np.random.default_rng(seed).integers(0, levels, (RESAMPLES, levels))
    weights = np.stack([np.bincount(row, minlength=levels) for row in draws]) / levels
    whole = np.full((1, levels), 1.0 / levels)
    made = {}
    for name, arm in arms.items():
        score = _score(arms, arm, whole)[0]
        low, high = np.quantile(
            _score(arms, arm, weights), [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2], axis=0
        )
        made[name] = Curve(
            score=score.tolist(),
            score_low=low.tolist(),
            score_high=high.tolist(),
            returns=arm.returns.mean(0).tolist(),
            success=arm.success.mean(0).tolist(),
            steps=arm.steps.mean(0).tolist(),
        )
    return made


def _score(arms: dict[str, Arm], arm: Arm, weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """[resamples, K] out of weights [resamples, levels]."""
    floor = (weights @ arms["random"].returns).mean(1, keepdims=True)
    par = (weights @ arms["par"].returns).mean(1, keepdims=True)
    room = np.maximum(par - floor, 1e-9)
    score: NDArray[np.float64] = (weights @ arm.returns - floor) / room
    return score
