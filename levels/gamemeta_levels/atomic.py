"""Files written whole or not at all."""

import contextlib
import os
import threading
import time
from pathlib import Path

WINDOWS_TRIES = 20
"""On Windows a file that is being read cannot be replaced: how often to try."""
WAIT_S = 0.05
"""Between two tries."""


def write_atomically(path: Path, data: bytes) -> None:
    """Write beside the target, then rename over it: the file is whole or as it was before.

    Raises:
        OSError: no room, no right to write, or no such directory; nothing is left behind.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}.part")
    try:
        with beside.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        _replace(beside, path)
    except BaseException as error:
        with contextlib.suppress(OSError):
            beside.unlink()
        if isinstance(error, OSError):
            error.filename, error.filename2 = str(path), None
        raise


def remove_leftovers(path: Path) -> None:
    """Delete what a killed process left half written beside this file."""
    for part in path.parent.glob(f".{path.name}.*.part"):
        with contextlib.suppress(OSError):
            part.unlink()


def _replace(beside: Path, path: Path) -> None:
    """Rename over the target; on Windows, wait a moment for a process that reads it."""
    for tries in range(WINDOWS_TRIES):
        try:
            beside.replace(path)
        except PermissionError:
            if os.name != "nt" or tries == WINDOWS_TRIES - 1:
                raise
            time.sleep(WAIT_S)
        else:
            return
