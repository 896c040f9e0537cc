"""The outer loop with its settings and files."""
