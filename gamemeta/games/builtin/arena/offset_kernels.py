"""Places on an arena as observations show them: rows and columns from the player."""

from typing import Any

from gamemeta_levels.kernel import lean_kernel

REACH = 16
"""Rows or columns beyond which all places have the same code."""
OFFSET_CODES = 2 * REACH + 1


@lean_kernel
def offset(steps: int) -> Any:
    """Rows or columns, cut to -16..16, as a code."""
    return min(max(steps, -REACH), REACH) + REACH
