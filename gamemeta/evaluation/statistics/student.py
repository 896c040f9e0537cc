"""Quantiles of Student's t distribution, for intervals out of few training seeds or levels."""

from functools import cache
from math import atan, cos, pi, sin, sqrt
from statistics import NormalDist

CONFIDENCE = 0.95
LARGE = 40
"""Degrees of freedom from which on a series around the normal quantile is good to 1e-5."""


@cache
def t_quantile(probability: float, freedom: int) -> float:
    """The value that a t distribution stays below with this probability, at least 0.5.

    Args:
        probability: 0.5 to below 1.
        freedom: degrees of freedom, at least 1.
    """
    if freedom > LARGE:
        return _expansion(NormalDist().inv_cdf(probability), freedom)
    low, high = 0.0, 1.0
    while _below(high, freedom) < probability:
        high *= 2
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if _below(middle, freedom) < probability else (low, middle)
    return (low + high) / 2


def _expansion(z: float, freedom: int) -> float:
    """Abramowitz and Stegun (1964), 26.7.5."""
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    return z + first / freedom + second / freedom**2 + third / freedom**3


def _below(t: float, freedom: int) -> float:
    """The probability of a value below t, t >= 0: Abramowitz and Stegun (1964), 26.7.3 and 26.7.4."""
    angle = atan(t / sqrt(freedom))
    odd = freedom % 2
    term, total = 1.0, 0.0
    for k in range(odd, freedom - 1, 2):
        term = (cos(angle) if odd else 1.0) if k == odd else term * cos(angle) ** 2 * (k - 1) / k
        total += term
    inside = 2 / pi * (angle + sin(angle) * total) if odd else sin(angle) * total
    return 0.5 + inside / 2
