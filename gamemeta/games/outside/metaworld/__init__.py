"""Meta-World's benchmarks as games."""
