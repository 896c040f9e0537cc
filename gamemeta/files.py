"""Files written whole or not at all, and numbers of JSON from outside."""

import errno

from gamemeta_levels.files.atomic import remove_leftovers, write_atomically

__all__ = ["advice", "remove_leftovers", "whole_number", "write_atomically"]

MOST_DIGITS = 300
"""Of a whole number; a float64 holds numbers up to 308 digits."""


def advice(error: OSError) -> str:
    """Advice for a file that could not be written."""
    if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)):
        return "make room"
    return "make the place writable"


def whole_number(digits: str) -> int:
    """A whole number of JSON, as `json.loads(..., parse_int=whole_number)` takes it.

    Raises:
        ValueError: it has so many digits that it fits no float.
    """
    if len(digits) > MOST_DIGITS:
        raise ValueError(f"a number of {len(digits):,} digits")
    return int(digits)
