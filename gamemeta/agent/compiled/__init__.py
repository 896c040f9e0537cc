"""The runtime's network in compiled kernels (numba)."""
