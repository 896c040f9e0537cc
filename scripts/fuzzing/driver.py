"""A process of another language that plays cases, one after the other, and says a line of each.

It may take the memory that the process which begins it may take.
"""

import os
import select
import subprocess
from collections.abc import Sequence
from pathlib import Path

from gamemeta.errors import GamemetaError
from scripts.fuzzing.pool import HANGS_S, MOST_S

REFUSED, GOOD = "refused: ", "good"
TICKS = os.sysconf("SC_CLK_TCK")


class Refused(GamemetaError):
    """The runtime refuses a case in words, with the error that it has for this."""


class Foreign(Exception):
    """The runtime answers with something else than words."""


class Driver:
    """The process; it is begun when it is first needed, and again after it has ended."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command, self._process = list(command), None  # type: ignore[var-annotated]
        self._owner = 0

    def play(self, case: bytes) -> None:
        """Play a case.

        Raises:
            Refused: it was refused in words.
            Foreign: it ended the process, took too long, or failed in another way.
        """
        process = self._running()
        begun = _seconds(process.pid)
        process.stdin.write(case)
        process.stdin.flush()
        if not select.select([process.stdout], [], [], HANGS_S / 2)[0]:
            raise self._stop(f"no answer after {HANGS_S / 2:g} s")
        answer = process.stdout.readline().decode("utf-8", "replace").strip()
        if not answer:
            code = process.wait(10)
            raise self._stop(f"the process ended: {code}")
        took_s = _seconds(process.pid) - begun
        if took_s > MOST_S:
            raise Foreign(f"{took_s:.1f} s of computing: {answer}")
        if answer.startswith(REFUSED):
            raise Refused(answer.removeprefix(REFUSED))
        if answer != GOOD:
            raise Foreign(answer)

    def _running(self) -> "subprocess.Popen[bytes]":
        if self._process is None or self._owner != os.getpid() or self._process.poll() is not None:
            self._owner = os.getpid()
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
        return self._process

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            with self._process:  # waits, and closes its pipes
                self._process = None

    def _stop(self, why: str) -> Foreign:
        self.close()
        return Foreign(why)


def _seconds(pid: int) -> float:
    """Seconds that a process has computed."""
    try:
        words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (int(words[11]) + int(words[12])) / TICKS
    except OSError:
        return 0.0
