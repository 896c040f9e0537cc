"""What cloning is worth: programs that make docs/results/cloning.md."""
