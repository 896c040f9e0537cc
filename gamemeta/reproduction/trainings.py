"""One training in its directory, taken up where it was left, then its agent on the instances."""

import json
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gamemeta.agent.file import AgentFile, read_agent
from gamemeta.errors import TrainingError
from gamemeta.interrupts import Interrupted
from gamemeta.learners.from_file import learner_of
from gamemeta.networks.threads import single_threaded_torch
from gamemeta.reproduction.cells import Cell
from gamemeta.reproduction.instances import FIRST_SEED, Played, instances, play_agent
from gamemeta.reproduction.jobs import GO_ON, INTERRUPTED, Ask, Report, Status, Stopped
from gamemeta.reproduction.measured import read_measured, write_measured
from gamemeta.training.config import TrainConfig, load_config
from gamemeta.training.course import NOT_IN_AGENT
from gamemeta.training.loop import Iteration, Training
from gamemeta.training.observer import Observer
from gamemeta.training.run_directory import RunDirectory
from gamemeta.training.session import begin, resume, train
from gamemeta.training.timing import Timing

REPORT_S = 0.25
"""Seconds between two messages."""


@dataclass(frozen=True)
class TrainingJob:
    """A training of one variant with one seed, and its agent measured on the instances.

    Args:
        cell: what is learned.
        variant: of `recipes.VARIANTS`.
        config: all settings, the seed among them.
        path: directory of the run.
        instances: how many the agent is measured on.
    """

    cell: Cell
    variant: str
    config: TrainConfig
    path: Path
    instances: int

    @property
    def name(self) -> str:
        """The cell, the variant and the training seed."""
        return f"{self.cell.label} {self.variant} seed {self.config.run.seed}"

    @property
    def directory(self) -> RunDirectory:
        """Folder of the training's files."""
        return RunDirectory(self.path)

    def check(self) -> None:
        """Is what lies in the directory, if anything, this training?

        Raises:
            TrainingError: naming the first setting that differs.
        """
        if not self.directory.checkpoint.exists():
            return
        there = load_config(None, self.directory.config).to_json()
        for section, values in self.config.to_json().items():
            for name, wanted in values.items():
                present = there.get(section, {}).get(name)
                if present != wanted and name not in NOT_IN_AGENT:
                    raise TrainingError(
                        f"{self.path}: holds a training with {section}.{name} = {present}, not {wanted}. "
                        "Delete that directory, or keep the new runs elsewhere with --runs."
                    )

    def agent(self) -> AgentFile | None:
        """The agent as of the last checkpoint, if there is one."""
        return read_agent(self.directory.agent) if self.directory.agent.exists() else None

    @property
    def finished(self) -> bool:
        """Whether every step was trained."""
        agent = self.agent() if self.directory.table.exists() else None
        return agent is not None and agent.training.get("steps", 0) >= self.config.run.steps

    def seconds(self) -> float:
        """Seconds that the steps of this training took, all iterations together, by its log."""
        per_iteration = self.config.run.lanes * self.config.run.rollout_steps
        return float(sum(per_iteration / max(rate, 1) for rate in self._rates()))

    def _rates(self) -> Iterator[float]:
        """Steps a second of each iteration; a line that was cut off by a power failure, say, is left out."""
        for text in self.directory.log.read_text(encoding="utf-8", errors="replace").splitlines():
            with suppress(ValueError, KeyError, TypeError):
                yield float(json.loads(text)["steps_per_s"])

    def measured(self) -> dict[str, Played]:
        """Returns of the agent on the instances and of its controls, by name; empty if not measured."""
        agent = self.agent()
        return (agent and read_measured(self._file, self._made(agent))) or {}

    def run(self, report: Report, ask: Ask) -> None:
        """Train what is missing, then play the instances."""
        self.check()
        if not self.finished and ask() == GO_ON:
            started = self.directory.checkpoint.exists()
            training, directory = resume(self.path) if started else begin(self.config, self.path)
            train(training, directory, _Reporter(report, ask))
        if ask() != INTERRUPTED:
            self._measure(report, ask)

    def _measure(self, report: Report, ask: Ask) -> None:
        agent = self.agent()
        if agent is None or agent.training.get("steps", 0) == 0 or self.measured():
            return

        def alive(share: float) -> None:
            if ask() == INTERRUPTED:
                raise Stopped
            report(Status("evaluating", share, agent.training["steps"], self.config.run.steps))

        learner = learner_of(agent)
        with single_threaded_torch():
            reached = play_agent(learner, self.cell, instances(self.cell, self.instances), alive)
        write_measured(self._file, reached, self._made(agent))

    @property
    def _file(self) -> Path:
        return self.path / f"instances-{self.instances}.safetensors"

    def _made(self, agent: AgentFile) -> dict[str, Any]:
        steps = agent.training.get("steps")
        return {"agent": agent.digest, "steps": steps, "instances": self.instances, "first": FIRST_SEED}


class _Reporter(Observer):
    """Passes on how a training goes, and stops it as Ctrl-C does: with a checkpoint."""

    def __init__(self, report: Report, ask: Ask) -> None:
        self.report, self.ask = report, ask
        self.reported_s = -REPORT_S

    def begun(self, training: Training, directory: RunDirectory, timing: Timing) -> None:
        self.timing = timing
        self.total = training.iterations * training.steps_per_iteration
        self.trial_steps = training.config.run.rollout_steps
        self.report(Status("training", training.step / self.total, training.step, self.total))

    def iterated(self, done: Iteration, steps_per_s: float) -> None:
        if time.monotonic() - self.reported_s > REPORT_S:
            self.reported_s = time.monotonic()
            reward = done.terms["reward_per_step"] * self.trial_steps
            share, left = done.step / self.total, self.timing.left_s
            self.report(Status("training", share, done.step, self.total, reward, left))
        self._stop_when_asked()

    def working(self, what: str, done: int, total: int) -> None:
        self.report(Status("testing", done / total, self.total, self.total))
        self._stop_when_asked()

    def _stop_when_asked(self) -> None:
        if self.ask() != GO_ON:
            raise Interrupted
