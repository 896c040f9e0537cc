"""Levels of the games tag, forage and duel."""
