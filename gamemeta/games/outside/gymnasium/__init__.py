"""Gymnasium environments as games."""
