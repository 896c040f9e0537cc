"""Causal attention over a window of steps (Vaswani et al. 2017)."""
