"""Reproduction of XLand-MiniGrid."""
