"""MAML: an inner loop of policy-gradient steps, and an outer loop that learns what they start from."""
