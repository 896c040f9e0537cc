"""Processes that tests start: they end with the test, whatever became of it."""

import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PATIENCE_S = 120.0


@contextmanager
def started(*words: str, cwd: Path, **options: object) -> Iterator["subprocess.Popen[str]"]:
    """`python WORDS` in a folder, with one pipe for all that it prints."""
    with subprocess.Popen(  # type: ignore[call-overload]
        [sys.executable, *map(str, words)],
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        **options,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


class Terminal:
    """A process in a pseudo-terminal."""

    def __init__(self, process: "subprocess.Popen[bytes]", ours: int, theirs: int) -> None:
        self.process, self.ours, self.theirs = process, ours, theirs
        self.shown, self.at = b"", 0

    def write(self, keys: bytes) -> None:
        os.write(self.ours, keys)

    def read_until(self, words: str) -> None:
        """Wait until these words are shown, after those that were waited for last."""
        end = time.monotonic() + PATIENCE_S
        while (place := self.shown.find(words.encode(), self.at)) < 0:
            ended = self.process.poll() is not None
            if select.select([self.ours], [], [], 0.2)[0]:
                self.shown += os.read(self.ours, 65536)
            else:
                assert not ended and time.monotonic() < end, self.shown.decode(errors="replace")
        self.at = place + len(words)


@contextmanager
def in_terminal(*words: str, cwd: Path, columns: int = 90, lines: int = 30) -> Iterator[Terminal]:
    """`python WORDS` in a folder, in a pseudo-terminal of this size."""
    import pty

    ours, theirs = pty.openpty()
    environment = os.environ | {"COLUMNS": str(columns), "LINES": str(lines)}
    try:
        with subprocess.Popen(
            [sys.executable, *map(str, words)],
            cwd=cwd,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env=environment,
        ) as process:
            try:
                yield Terminal(process, ours, theirs)
            finally:
                process.kill()
    finally:
        os.close(theirs)
        os.close(ours)
