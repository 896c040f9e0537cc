"""Jobs: work that leaves a file behind, reports its progress and can be stopped."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

GO_ON, TIME_UP, INTERRUPTED = 0, 1, 2
"""Answers to a job that asks whether to stop; when time is up it still measures what it has."""


@dataclass(frozen=True)
class Status:
    """Progress of a job."""

    doing: str
    """`training`, `evaluating`, or the name of the player."""
    share: float
    """Share of this work that is done, 0 to 1."""
    step: int = 0
    """Environment steps of a training so far."""
    steps: int = 0
    """Environment steps of the whole training."""
    reward: float | None = None
    """Reward a trial in the newest rollout."""
    left_s: float | None = None
    """Seconds until the training ends."""


Report = Callable[[Status], None]
Ask = Callable[[], int]


class Job(Protocol):
    """Work that another process can do; done again it keeps its files and does only what is missing."""

    @property
    def name(self) -> str:
        """Name of the job for people; no two jobs share one."""
        ...

    def run(self, report: Report, ask: Ask) -> None:
        """Do the job.

        Args:
            report: takes its progress.
            ask: whether to stop; once it no longer says `GO_ON` it never does again.
        Raises:
            Stopped: it was stopped with nothing to keep.
            GamemetaError: something a user can put right.
        """
        ...


class Stopped(Exception):
    """A job was stopped."""
