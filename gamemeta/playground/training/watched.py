"""A training as the tabs of a page see it, and as they stop it and let it go on."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition
from typing import TYPE_CHECKING

from gamemeta.agent.backend import NUMPY
from gamemeta.agent.runtime import Agent
from gamemeta.errors import ConfigError
from gamemeta.playground.frames import Plain
from gamemeta.playground.training.figures import RATE, Figures
from gamemeta_levels.family import generate
from gamemeta_levels.level import Level
from gamemeta_levels.text import in_one_line

if TYPE_CHECKING:  # tabs of a playground without a training need no torch
    from gamemeta.agent.file import AgentFile
    from gamemeta.evaluation.evaluation import Evaluation
    from gamemeta.training.loop import Iteration, Training
    from gamemeta.training.run_directory import RunDirectory
    from gamemeta.training.timing import Timing

NAME = "in training"
"""Under which the agent is offered, as it is now."""
RUNNING, STOPPING, STOPPED = "running", "stopping", "stopped"
LEVELS = 10_000
"""Validation levels that it is shown on, round and round."""
READ_S = 5.0
"""A tab that has asked within so many seconds waits for news."""


class WatchedTraining:
    """What the thread of a training writes down, and tabs in other threads read.

    The tabs never touch the training itself: the agent that they play is a copy of its weights, made by the
    training's own thread between two iterations, and only after somebody has asked for it.

    Args:
        training, directory: of `gamemeta.training.session`.
    """

    def __init__(self, training: "Training", directory: "RunDirectory") -> None:
        self._changed = Condition()
        self._figures = Figures()
        self._state, self._doing, self._words = RUNNING, "", ""
        self._wants_agent, self._asked_at = False, 0.0
        self._loaded: tuple[AgentFile, Agent] | None = None
        self._took_s = 0.0
        self._begin(training, directory)

    def _begin(self, training: "Training", directory: "RunDirectory") -> None:
        self.setup, self._directory = training.config.setup, directory
        self._level_set = training.level_set
        self._step = training.step
        self._total = training.iterations * training.steps_per_iteration
        self._rate, self._measure = 0.0, "score"
        self._left_s: float | None = None
        self._began = time.monotonic()
        self._file = _copy(training)
        self._figures.clear()
        self._figures.read_log(directory.log, training.step)

    # --- by the thread of the training

    def begun(self, training: "Training", directory: "RunDirectory", timing: "Timing") -> None:
        """A training begins, or goes on."""
        with self._changed:
            self._begin(training, directory)
            self._timing, self._doing, self._words = timing, "", ""
            if self._state != STOPPING:
                self._state = RUNNING

    def iterated(self, training: "Training", done: "Iteration", steps_per_s: float) -> None:
        """An iteration has ended."""
        last = self._state == STOPPING or done.step >= self._total
        file = _copy(training) if self._wants_agent or last else None
        with self._changed:
            self._step, self._doing = done.step, ""
            self._rate, self._left_s = self._timing.rate, self._timing.left_s
            self._figures.add(done.step, {RATE: steps_per_s, **done.terms})
            if file is not None:
                self._file, self._wants_agent = file, False

    def validated(self, step: int, result: "Evaluation") -> None:
        """Validation levels were played."""
        with self._changed:
            self._measure = result.measure
            self._figures.add_validation(step, result.curves["agent"].score)

    def working(self, what: str, done: int, total: int) -> None:
        """Something else goes on that takes long."""
        with self._changed:
            self._doing = in_one_line(f"{what}: {done:,} of {total:,}", 120)

    def ended(self, why: str, words: str) -> None:
        """The training has ended, or was stopped."""
        with self._changed:
            self._state, self._doing, self._words = why, "", in_one_line(words, 400)
            self._took_s += time.monotonic() - self._began

    @property
    def asked_to_stop(self) -> bool:
        """Whether a tab has asked for a stop."""
        return self._state == STOPPING

    def waits_for_more(self, seconds: float) -> bool:
        """Wait up to so long, while it is stopped, for a tab that lets it go on; whether one has."""
        with self._changed:
            self._changed.wait_for(lambda: self._state != STOPPED, seconds)
            return self._state == RUNNING

    @property
    def is_read(self) -> bool:
        """Whether a tab has asked for news within the last seconds."""
        return time.monotonic() - self._asked_at < READ_S

    # --- by tabs

    def ask_to_stop(self) -> None:
        """Let it end after this iteration, with all that it has learned saved."""
        with self._changed:
            if self._state == RUNNING:
                self._state = STOPPING

    def ask_to_go_on(self) -> None:
        """Let a training that was stopped by a tab go on.

        Raises:
            ConfigError: it is not stopped.
        """
        with self._changed:
            if self._state != STOPPED:
                raise ConfigError("this training is not stopped.")
            self._state = RUNNING
            self._changed.notify_all()

    def news(self, generation: int, points: int, validations: int) -> Plain:
        """How it goes, and the points that a page lacks which has so many of this generation."""
        with self._changed:
            self._asked_at = time.monotonic()
            running = self._state in (RUNNING, STOPPING)
            return {
                "type": "training",
                "state": self._state,
                "doing": self._doing,
                "words": self._words,
                "step": self._step,
                "total": self._total,
                "rate": round(self._rate),
                "left_s": round(self._left_s) if running and self._left_s is not None else None,
                "took_s": round(self._took_s + (self._asked_at - self._began) * running),
                "measure": self._measure,
                "game": in_one_line(self.setup.name),
                "directory": in_one_line(self._directory.path, 200),
                **self._figures.since(generation, points, validations),
            }

    def agent(self) -> tuple[Agent, int]:
        """The newest copy of the agent that there is, and the step it is of; a newer one is made soon."""
        with self._changed:
            file, self._wants_agent = self._file, True
            if self._loaded is None or self._loaded[0] is not file:
                self._loaded = file, Agent(file, backend=NUMPY)  # it is there at once: nothing is compiled
            return self._loaded[1], int(file.training["steps"])

    def level(self, seed: int) -> Level:
        """A level that it is validated on."""
        levels = self._level_set or self.setup.family()
        return generate(levels, seed % LEVELS, "validation")


def _copy(training: "Training") -> "AgentFile":
    """The agent as it is now, with weights of its own; what it plays for people is played in this process."""
    from gamemeta.training.course import agent_of

    file = agent_of(training, {})
    file.weights = {name: array.copy() for name, array in file.weights.items()}
    if file.game_config.get("processes"):
        file.game_config = {**file.game_config, "processes": 0}
    return file


@contextmanager
def stays_until_read(watched: WatchedTraining, seconds: float) -> Iterator[None]:
    """A block after which tabs that still ask have a moment to read how it ended."""
    try:
        yield
    finally:
        if watched.is_read:
            time.sleep(seconds)
