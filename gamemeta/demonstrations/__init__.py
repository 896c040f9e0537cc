"""Demonstrations: plays of people, solvers, agents and recorders, in files that agents are cloned from."""
