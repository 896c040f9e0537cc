"""Processor time that a training has taken, kept beside it: it may be stopped and gone on with."""

import json
import time
from pathlib import Path

from gamemeta.evaluation.evaluation import Evaluation
from gamemeta.files import write_atomically
from gamemeta.training.loop import Iteration, Training
from gamemeta.training.observer import Observer
from gamemeta.training.run_directory import RunDirectory
from gamemeta.training.timing import Timing
from gamemeta_levels.files.reading import read_bounded

NAME = "seconds.json"
"""In the folder of a run."""
MOST_BYTES = 4096
SAVED_S = 1.0
"""Processor seconds between two saves."""


class Stopwatch(Observer):
    """Adds up the processor seconds of iterations, without validations and tests, and passes all else on.

    Args:
        observer: follows the training, too.
        run: the folder of the training.
    """

    def __init__(self, observer: Observer, run: Path) -> None:
        self._observer, self._file = observer, run / NAME
        self._seconds, self._iterations = _kept(self._file)
        self._began = self._saved_at = time.process_time()

    def begun(self, training: Training, directory: RunDirectory, timing: Timing) -> None:
        self._observer.begun(training, directory, timing)
        self._began = time.process_time()

    def iterated(self, done: Iteration, steps_per_s: float) -> None:
        now = time.process_time()
        self._seconds += now - self._began
        self._iterations += 1
        if now - self._saved_at > SAVED_S:
            self.save()
        self._observer.iterated(done, steps_per_s)
        self._began = time.process_time()

    def validated(self, step: int, result: Evaluation) -> None:
        self._observer.validated(step, result)
        self._began = time.process_time()

    def working(self, what: str, done: int, total: int) -> None:
        self._observer.working(what, done, total)

    def save(self) -> None:
        """Keep what was counted."""
        write_atomically(self._file, json.dumps([self._seconds, self._iterations]).encode())
        self._saved_at = time.process_time()


def seconds_of(run: Path, iterations: int) -> float | None:
    """Processor seconds of so many iterations of a training, by those that were timed.

    Fewer or more of them may have been timed than its agent has behind it: one that was killed lost those
    since its last checkpoint. None where nothing was timed.
    """
    seconds, timed = _kept(run / NAME)
    return seconds / timed * iterations if timed else None


def _kept(file: Path) -> tuple[float, int]:
    try:
        seconds, iterations = json.loads(read_bounded(file, MOST_BYTES))
        return float(seconds), int(iterations)
    except (OSError, ValueError, TypeError):
        return 0.0, 0
