"""Fuzzers of gamemeta: good inputs are damaged, and every one must be read or refused in words."""
