"""Follows a training for a page, beside the screen of the terminal."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from gamemeta.evaluation.evaluation import Evaluation
from gamemeta.interrupts import Interrupted
from gamemeta.playground.training.watched import WatchedTraining
from gamemeta.training.loop import Iteration, Training
from gamemeta.training.observer import Observer
from gamemeta.training.run_directory import RunDirectory
from gamemeta.training.timing import Timing

LOG = logging.getLogger(__name__)


class Follower(Observer):
    """Passes everything on to a screen first, then writes it down for tabs; a tab's stop is a Ctrl-C.

    What goes wrong on the side of the page is logged, and the training goes on.

    Args:
        screen: what else follows it.
        watched: what tabs read.
    """

    def __init__(self, screen: Observer, watched: WatchedTraining) -> None:
        self._screen, self._watched = screen, watched
        self._training: Training | None = None
        self.stopped = False
        """Whether a tab has stopped it."""

    def begun(self, training: Training, directory: RunDirectory, timing: Timing) -> None:
        self._screen.begun(training, directory, timing)
        self._training = training
        with self._beside():
            self._watched.begun(training, directory, timing)

    def iterated(self, done: Iteration, steps_per_s: float) -> None:
        self._screen.iterated(done, steps_per_s)
        with self._beside():
            assert self._training is not None
            self._watched.iterated(self._training, done, steps_per_s)

    def validated(self, step: int, result: Evaluation) -> None:
        self._screen.validated(step, result)
        with self._beside():
            self._watched.validated(step, result)

    def working(self, what: str, done: int, total: int) -> None:
        self._screen.working(what, done, total)
        with self._beside():
            self._watched.working(what, done, total)

    @contextmanager
    def _beside(self) -> Iterator[None]:
        """A block that cannot harm the training. Raises Interrupted after it where a tab asked for a stop."""
        try:
            yield
        except Exception:
            LOG.exception("the page of this training lacks something")
        if self._watched.asked_to_stop and not self.stopped:
            self.stopped = True
            raise Interrupted
