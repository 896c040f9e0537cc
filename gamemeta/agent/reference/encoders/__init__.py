"""From observations to features in NumPy: one encoder a kind of buffer."""
