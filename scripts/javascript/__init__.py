"""Compiled rules in Python, rewritten as JavaScript for pages that run without Python."""
