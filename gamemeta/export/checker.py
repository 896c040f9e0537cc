"""Running the checker of an export, and reading what it prints."""

import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from gamemeta.errors import ExportError
from gamemeta.export.target import Command, Target

LIMIT = 2e-5
"""Largest error of a logit, relative beyond 1."""
SECONDS = 600
"""Longest that a checker may take."""
TIME = "--time"


@dataclass(frozen=True)
class Checked:
    """What a checker printed.

    Args:
        error: the largest error of a logit, relative beyond 1.
        equal: actions that are those of Python.
        actions: all of them.
        memory: whether the memory's bytes are those of Python.
        us: microseconds a decision, where it was timed.
    """

    error: float
    equal: int
    actions: int
    memory: bool
    us: float | None = None

    @property
    def good(self) -> bool:
        """Whether the runtime does what Python does."""
        return self.error <= LIMIT and self.equal == self.actions > 0 and self.memory

    def words(self) -> str:
        """In one line, for people."""
        memory = "equal" if self.memory else "different"
        actions = f"{self.equal:,} of {self.actions:,} actions equal"
        us = "" if self.us is None else f", {self.us:.3g} us a decision"
        return f"{actions}, largest error {self.error:.2g}, memory {memory}{us}"


def run_checker(target: Target, folder: Path, *, timed: bool = False) -> Checked:
    """Run the checker of an export.

    Raises:
        ExportError: it cannot be built, or it does not end as it should.
    """
    with tempfile.TemporaryDirectory(prefix="gamemeta-export-") as build:
        *before, last = target.commands(folder, Path(build))
        for command in before:
            _run(target, command)
        code, printed = _run(target, [*last, TIME] if timed else last, check=False)
    checked = _parsed(target, printed)
    if checked is None or (code == 0) != checked.good:
        raise ExportError(
            f"the checker of {target.name} ended with code {code}: {printed[-1000:] or 'it prints nothing'}"
        )
    return checked


def _run(target: Target, command: Command, check: bool = True) -> tuple[int, str]:
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, errors="replace", timeout=SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ExportError(f"the checker of {target.name} cannot be run: {error}.") from error
    printed = (done.stdout + done.stderr).strip()
    if check and done.returncode:
        raise ExportError(f"the checker of {target.name} cannot be built: {printed[-1000:]}")
    return done.returncode, printed


def _parsed(target: Target, printed: str) -> Checked | None:
    """What was printed, a word and its values a line; None where something is missing."""
    words = {line.split()[0]: line.split()[1:] for line in printed.splitlines() if line.strip()}
    try:
        us = float(words["us"][0]) if "us" in words else None
        equal, actions = map(int, words["actions"])
        return Checked(float(words["error"][0]), equal, actions, words["memory"] == ["equal"], us)
    except (LookupError, ValueError):
        return None
