"""Agents that change their weights by a policy-gradient step after each episode (MAML), in NumPy alone."""
