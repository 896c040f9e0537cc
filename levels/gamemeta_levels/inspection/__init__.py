"""Inspection of levels: measures, summaries, comparisons."""
