"""From observations to features: one encoder a kind of buffer."""
