"""Rulesets of XLand-MiniGrid (Nikulin et al. 2023)."""
