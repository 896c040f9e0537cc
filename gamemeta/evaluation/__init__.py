"""Scores of agents, and how much of them is adaptation."""
