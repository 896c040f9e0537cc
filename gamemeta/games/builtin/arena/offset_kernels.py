"""Places on an arena as a player is told them: rows and columns from its own."""

from typing import Any

from gamemeta_levels.kernel import lean_kernel

REACH = 16
"""Rows or columns beyond which places are told alike."""
OFFSET_CODES = 2 * REACH + 1


@lean_kernel
def offset(steps: int) -> Any:
    """Rows or columns, cut to -16..16, as a code."""
    return min(max(steps, -REACH), REACH) + REACH
