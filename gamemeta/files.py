"""Files written whole or not at all."""

import errno

from gamemeta_levels.atomic import remove_leftovers, write_atomically

__all__ = ["advice", "remove_leftovers", "write_atomically"]


def advice(error: OSError) -> str:
    """Advice for a file that could not be written."""
    if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)):
        return "make room"
    return "make the place writable"
