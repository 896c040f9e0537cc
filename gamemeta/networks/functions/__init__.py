"""Differentiable functions on compiled kernels, and their twins in plain torch."""
