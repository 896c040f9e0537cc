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


def write_atomically(path: Path, data: bytes, keep: Path | None = None) -> None:
    """Write beside the target, then rename over it: the file is whole or as it was before.

    Args:
        path: the file.
        data: what it is to hold.
        keep: where the file that is there now is kept, if any, in place of what is there.
    Raises:
        OSError: no room, no right to write, or no such directory; nothing is left behind.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}.part")
    try:
        with beside.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if keep is not None and path.exists():
            _keep(path, keep)
        _replace(beside, path)
    except BaseException as error:
        with contextlib.suppress(OSError):
            beside.unlink()
        if isinstance(error, OSError):
            raise OSError(error.errno, error.strerror, str(path)) from error
        raise


def remove_leftovers(path: Path) -> None:
    """Delete what a killed process left half written beside this file."""
    for part in path.parent.glob(f".{path.name}.*.part"):
        with contextlib.suppress(OSError):
            part.unlink()


def _keep(path: Path, keep: Path) -> None:
    """Give the file a second name, so that it is there at every moment; where that cannot be, rename it."""
    second = keep.with_name(f".{keep.name}.{os.getpid()}-{threading.get_ident()}.part")
    try:
        os.link(path, second)
    except (OSError, NotImplementedError, AttributeError):
        _replace(path, keep)
    else:
        _replace(second, keep)


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
