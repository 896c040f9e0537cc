"""The course of a training: iterations, log, validations, saves, and the table at its end."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from gamemeta.agent.file import AgentFile, write_agent
from gamemeta.evaluation.evaluation import LEVELS, Evaluation, evaluate
from gamemeta.evaluation.watch import OutOfTime, Watch
from gamemeta.interrupts import AlarmRang, Interrupted, Interrupts
from gamemeta.learners.imitation.cloning import Cloning
from gamemeta.networks.threads import single_threaded_torch
from gamemeta.training.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from gamemeta.training.imitation import end_cloning
from gamemeta.training.loop import Iteration, Training
from gamemeta.training.observer import Observer
from gamemeta.training.run_directory import CLONED, RunDirectory
from gamemeta.training.timing import Timing

TEST_LEVELS = LEVELS
SLOW_S = 0.5
"""An iteration that takes longer is left in the middle by Ctrl-C; until then the last one is on disk."""
SAVING_RARELY = 20
"""Between two saves after slow iterations lies at least so many times what a save takes."""
PLAYERS_JUDGED, PLAYERS_VALIDATED = 5, 2
"""The agent, its controls and random play; a validation has no controls."""
CLONING_SHARE, CLONING_ALONE_SHARE = 0.5, 0.8
"""Of its minutes, that cloning may take: before a training, and where nothing comes after it."""
QUARTERS = 4
"""With minutes, the validation levels are also played after each quarter of them: steps may end far off."""
NOT_IN_AGENT = ("threads", "checkpoint_s")
"""Settings that change how a training runs but not what comes out."""


@dataclass
class Course:
    """A training that is under way."""

    training: Training
    directory: RunDirectory
    observer: Observer
    timing: Timing
    interrupts: Interrupts

    def __post_init__(self) -> None:
        self.step = self.training.step
        """Where the agent on disk, or the one in memory if it is newer, has got to."""
        self._saved_at, self._save_s = time.monotonic(), 0.0
        self._written, self._whole = self.step, True
        self._quarters = int(QUARTERS * self.timing.share_of_minutes)

    def to_its_end(self) -> str:
        """Iterate, log, validate and save; says why it ended."""
        self.observer.begun(self.training, self.directory, self.timing)
        if self.training.cloning is not None and not self._clone(self.training.cloning):
            return self._ended("stopped")
        iterations = self.training.run()
        while self.training.iteration < self.training.iterations:
            if self.interrupts.asked:
                return self._ended("stopped")
            if self.timing.late:
                return self._ended("minutes")
            try:
                done = self._iterate(iterations)
            except (Interrupted, AlarmRang) as end:
                self._give_up_iteration()
                return "stopped" if isinstance(end, Interrupted) else "minutes"
            self._note(done)
            if self.training.company is not None and self.training.company.asked:
                self.interrupts.ask(self.training.company.asked)
        return self._ended("done")

    def _clone(self, cloning: Cloning) -> bool:
        """Clone demonstrations; False where it was stopped, and saved as far as it is."""
        most = CLONING_SHARE if self.training.iterations else CLONING_ALONE_SHARE
        with single_threaded_torch():
            for done in cloning.run():
                if done is not None:
                    self.directory.append({"step": self.step, "pass": done.number} | done.terms())
                self.observer.working("cloning demonstrations, pass", cloning.passes + 1, cloning.most_passes)
                if self.interrupts.asked:
                    self._save()
                    return False
                if self.timing.share_of_minutes > most:
                    break
                if time.monotonic() - self._saved_at > self.training.config.run.checkpoint_s:
                    self._save()
        cloned = end_cloning(self.training)
        self.directory.append({"step": self.step, CLONED: cloned.to_json()})
        self.observer.cloned(cloned)
        self._save()
        return True

    def _iterate(self, iterations: Iterator[Iteration]) -> Iteration:
        """The next iteration; one that takes long is left in the middle by Ctrl-C and when the time is up."""
        slow = self.timing.iteration_s is None or self.timing.iteration_s > SLOW_S
        self.timing.begin_iteration()
        with (
            self.interrupts.leaving(after=1 if slow else 2),
            self.interrupts.alarm(self.timing.iteration_left_s),
        ):
            return next(iterations)

    def _note(self, done: Iteration) -> None:
        """Log an iteration, validate and save what is due."""
        rate, self.step = self.timing.end_iteration(done.step), done.step
        self.directory.append({"step": done.step, "steps_per_s": round(rate)} | done.terms)
        self.observer.iterated(done, rate)
        if self._is_due() and not self.interrupts.asked and self.timing.may_validate:
            self._validate()
        since, slow = time.monotonic() - self._saved_at, (self.timing.iteration_s or 0.0) > SLOW_S
        if since > self.training.config.run.checkpoint_s or (slow and since > SAVING_RARELY * self._save_s):
            self._save()

    def _is_due(self) -> bool:
        """Whether the validation levels are played after this iteration: by its steps, or by its minutes."""
        before, self._quarters = self._quarters, int(QUARTERS * self.timing.share_of_minutes)
        return is_due(self.training) or (self._quarters > before and validates(self.training))

    def _validate(self) -> None:
        levels = self.training.config.run.validation_levels
        more = PLAYERS_JUDGED / PLAYERS_VALIDATED * test_levels(self.training) / levels
        with self.timing.validating(more) as until:
            result = self._evaluated("validation", levels, until)
        if result is None:
            self.timing.validated_nothing()
            return
        record = {"step": self.step, "validation": result.to_json()["agent"]}
        self.directory.append(record | ({"levels": result.levels} if result.levels < levels else {}))
        self.observer.validated(self.step, result)

    def judge(self, levels: int | None = None) -> Evaluation | None:
        """The adaptation table, kept in the agent's file; None where there was no time for any of it."""
        levels = levels or test_levels(self.training)
        test = self._evaluated("test", levels, self.timing.judging_until())
        if test is not None:
            self._save({"test": test.to_json()})
            self.directory.write_table(test.to_json())
        return test

    def _evaluated(self, split: str, levels: int, until: float) -> Evaluation | None:
        def show(played: int, of: int) -> None:
            self.observer.working(f"playing the {split} levels", played, of)

        try:
            with self.interrupts.leaving():
                watch, controls = Watch(until, show), split == "test"
                return validate(self.training, split, levels, controls=controls, watch=watch)
        except (Interrupted, OutOfTime):
            return None

    def _ended(self, why: str) -> str:
        if self._written < self.step:
            self._save()
        return why

    def _save(self, scores: dict[str, Any] | None = None) -> None:
        began = time.monotonic()
        if self._whole:
            save_state(self.training, self.directory)
        write_agent(agent_of(self.training, scores or {}), self.directory.agent)
        self._saved_at, self._written = time.monotonic(), self.step
        self._save_s = self._saved_at - began

    def _give_up_iteration(self) -> None:
        """Go by what is on disk, after an iteration was left in the middle: the games stand anywhere."""
        if self.training.company is not None:
            self.training.company.close()
        checkpoint = load_checkpoint(self.directory.checkpoint)
        self.training.load_learner(checkpoint.iteration, checkpoint.arrays)
        self.step, self._whole = self.training.step, False
        self.directory.cut_log(self.step)


def is_due(training: Training) -> bool:
    """Whether this iteration reaches the steps at which the validation levels are played."""
    n, total, count = training.iteration, training.iterations, training.config.run.validations
    return validates(training) and n * count // total > (n - 1) * count // total


def validates(training: Training) -> bool:
    """Whether there are validation levels that are to be played now and then."""
    levels = training.level_set
    return bool(training.config.run.validations) and (levels is None or bool(levels.count("validation")))


def test_levels(training: Training) -> int:
    """How many levels the last table is about: fewer where steps are slow, or in a world that cannot be "
    "hurried."""
    about = training.config.setup.about
    if about.live:
        return training.config.run.validation_levels
    return min(TEST_LEVELS, about.test_levels or TEST_LEVELS)


def validate(
    training: Training, split: str, levels: int, *, controls: bool, watch: Watch | None = None
) -> Evaluation:
    """Play levels of a split as the agent is now."""
    return evaluate(
        training.learner.task_learner,
        training.config.setup,
        split=split,
        levels=levels,
        episodes=training.config.trial.episodes,
        controls=controls,
        threads=training.config.run.threads,
        level_set=training.level_set,
        watch=watch,
    )


def save(training: Training, directory: RunDirectory, *, anew: bool = False) -> None:
    """Write the checkpoint, then the agent; `anew` as `Training.arrays` has it."""
    save_state(training, directory, anew=anew)
    write_agent(agent_of(training, {}), directory.agent)


def save_state(training: Training, directory: RunDirectory, *, anew: bool = False) -> None:
    """Write the checkpoint, and keep the one before."""
    config = training.config
    values = config.to_json()
    save_checkpoint(
        Checkpoint(config.game_name, values, training.iteration, training.origin, training.arrays(anew=anew)),
        directory.checkpoint,
        directory.previous,
    )


def agent_of(training: Training, scores: dict[str, Any]) -> AgentFile:
    """The agent as it is now."""
    config = training.config
    values = config.to_json()
    values["run"] = {k: v for k, v in values["run"].items() if k not in NOT_IN_AGENT}
    game = config.setup.game()
    return AgentFile(
        game=config.game_name,
        game_config=values["game"],
        level_parameters=values["levels"],
        spec=game.spec,
        network=config.network.shape(),
        episodes=config.trial.episodes,
        memory=config.trial.memory,
        weights=training.learner.weights(),
        training={
            "config": values,
            "steps": training.step,
            "different_levels": training.different.count,
            **training.origin,
        },
        scores=scores,
        learner=config.run.learner,
        task_learner=training.learner.task_learner.kind,
        interface=game.interface(),
        facts=dict(training.learner.facts),
    )
