"""Files that are watched: which of them were saved since the last look."""

import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

POLL_S = 0.3
"""Seconds between two looks."""

Stamps = dict[Path, tuple[int, int]]
"""Time of the last change, ns, and size of each file."""


def saves(
    files: Callable[[], Iterable[Path]], sleep: Callable[[], None] = lambda: time.sleep(POLL_S)
) -> Iterator[list[Path]]:
    """The files at first, then those that were saved, without end.

    A file counts when two looks in a row see the same of it, so that one that is being written is left alone.

    Args:
        files: those that there are now.
        sleep: waits until the next look.
    """
    known: Stamps = {}
    before = _stamps(files())
    while True:
        now = _stamps(files())
        saved = [
            path for path, stamp in now.items() if stamp == before.get(path) and stamp != known.get(path)
        ]
        if saved:
            known |= {path: now[path] for path in saved}
            yield saved
        known = {path: stamp for path, stamp in known.items() if path in now}
        before = now
        sleep()


def _stamps(files: Iterable[Path]) -> Stamps:
    """Stamps of the files that are there."""
    stamps = {}
    for path in files:
        try:
            status = path.stat()
        except OSError:
            continue
        stamps[path] = (status.st_mtime_ns, status.st_size)
    return stamps
