"""Followers of a training: a screen, say."""

from collections.abc import Iterator
from contextlib import contextmanager

from gamemeta.evaluation.evaluation import Evaluation
from gamemeta.interrupts import Interrupted, Interrupts
from gamemeta.learners.imitation.cloning import Cloned
from gamemeta.training.loop import Iteration, Training
from gamemeta.training.run_directory import RunDirectory
from gamemeta.training.timing import Timing


class Observer:
    """Callbacks that follow a training; one that raises `Interrupted` stops it as Ctrl-C does."""

    def begun(self, training: Training, directory: RunDirectory, timing: Timing) -> None:
        """Before the first iteration; `timing` tells speed and time left from then on."""

    def cloned(self, result: Cloned) -> None:
        """After demonstrations were cloned, which comes before the first iteration."""

    def iterated(self, done: Iteration, steps_per_s: float) -> None:
        """After every iteration, with its own speed."""

    def validated(self, step: int, result: Evaluation) -> None:
        """After every validation."""

    def working(self, what: str, done: int, total: int) -> None:
        """A few times a second while something else is done that takes long.

        Args:
            what: in words: `playing the test levels`.
            done, total: how many of it are done, of all.
        """


class Heard(Observer):
    """Passes everything on to an observer, and to `interrupts` when it wants the training to stop."""

    def __init__(self, observer: Observer, interrupts: Interrupts) -> None:
        self._observer, self._interrupts = observer, interrupts

    def begun(self, training: Training, directory: RunDirectory, timing: Timing) -> None:
        with self._heard():
            self._observer.begun(training, directory, timing)

    def cloned(self, result: Cloned) -> None:
        with self._heard():
            self._observer.cloned(result)

    def iterated(self, done: Iteration, steps_per_s: float) -> None:
        with self._heard():
            self._observer.iterated(done, steps_per_s)

    def validated(self, step: int, result: Evaluation) -> None:
        with self._heard():
            self._observer.validated(step, result)

    def working(self, what: str, done: int, total: int) -> None:
        with self._heard():
            self._observer.working(what, done, total)

    @contextmanager
    def _heard(self) -> Iterator[None]:
        try:
            yield
        except Interrupted as stop:
            self._interrupts.ask(stop.signum)
