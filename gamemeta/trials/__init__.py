"""Trials: several episodes on one level with memory kept."""
