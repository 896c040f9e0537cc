# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False, check-untyped-defs=False
"""Hyperbolic tangent and logistic function as rational functions."""

import numpy as np

from gamemeta_levels.kernel import fast_kernel

_HALF = np.float32(0.5)


_LIMIT = np.float32(7.9)


_ODD = tuple(
    np.float32(c)
    for c in (
        4.89352455891786e-03,
        6.37261928875436e-04,
        1.48572235717979e-05,
        5.12229709037114e-08,
        -8.60467152213735e-11,
        2.00018790482477e-13,
        -2.76076847742355e-16,
    )
)


_EVEN = tuple(
    np.float32(c)
    for c in (
        4.89352518554385e-03,
        2.26843463243900e-03,
        1.18534705686654e-04,
        1.19825839466702e-06,
    )
)


_A1, _A3, _A5, _A7, _A9, _A11, _A13 = _ODD


_B0, _B2, _B4, _B6 = _EVEN


@fast_kernel
def tanh(x):
    """Hyperbolic tangent to 3e-7, as the rational function that Eigen uses: it vectorises."""
    x = max(min(x, _LIMIT), -_LIMIT)
    s = x * x
    p = s * _A13 + _A11
    p = s * p + _A9
    p = s * p + _A7
    p = s * p + _A5
    p = s * p + _A3
    p = s * p + _A1
    q = s * _B6 + _B4
    q = s * q + _B2
    q = s * q + _B0
    return x * p / q


@fast_kernel
def sigmoid(x):
    """Logistic function, by way of `tanh`."""
    return _HALF + _HALF * tanh(_HALF * x)


_LOG2_E, _LN_2 = np.float32(1.4426950408889634), np.float32(0.6931471805599453)
_LN_2_HIGH, _LN_2_LOW = np.float32(0.693359375), np.float32(-2.12194440e-4)
_SMALLEST = np.float32(-87.0)
_EXPONENT_BIAS, _MANTISSA_BITS = np.int32(127), np.int32(23)
_E5, _E4, _E3, _E2, _E1, _E0 = (
    np.float32(c)
    for c in (1.9875691500e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0e-1)
)


@fast_kernel
def exp(x):
    """Exponential of what is not above 0, to 3e-7 of itself: it vectorises. Below -87 it is that of -87.

    2^k e^r with r within half of log 2 of 0, and the polynomial of Cephes (Moshier) for e^r.
    """
    x = max(x, _SMALLEST)
    k = np.floor(x * _LOG2_E + _HALF)
    r = x - k * _LN_2_HIGH
    r = r - k * _LN_2_LOW
    p = r * _E5 + _E4
    p = r * p + _E3
    p = r * p + _E2
    p = r * p + _E1
    p = r * p + _E0
    p = p * r * r + r + np.float32(1)
    power = np.int32((np.int32(k) + _EXPONENT_BIAS) << _MANTISSA_BITS)
    return p * power.view(np.float32)
