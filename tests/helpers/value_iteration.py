"""The best play of a small MDP, found the plain way."""

import numpy as np


def planned(P, R, horizon):
    """Value iteration in NumPy: action values [H, S, A]."""
    q, value = [], np.zeros(len(R))
    for _ in range(horizon):
        q.insert(0, R + P @ value)
        value = q[0].max(axis=1)
    return np.array(q)
