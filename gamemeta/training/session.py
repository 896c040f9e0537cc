"""A training with its files: begin, go on, save, stop cleanly, and end with the adaptation table."""

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from gamemeta import __version__
from gamemeta.agent.file import AgentFile, write_agent
from gamemeta.command_line import resume_command
from gamemeta.errors import LevelError, TrainingError
from gamemeta.evaluation.evaluation import LEVELS, Evaluation, evaluate
from gamemeta.files import advice, write_atomically
from gamemeta.provenance import source_commit
from gamemeta.training.checkpoint import Checkpoint, DamagedCheckpoint, load_checkpoint, save_checkpoint
from gamemeta.training.config import TrainConfig, from_values, to_toml
from gamemeta.training.level_set import ABOUT, load_level_set, save_level_set
from gamemeta.training.loop import Iteration, Training
from gamemeta.training.run_directory import RunDirectory
from gamemeta_levels.families.level_set import LevelSet
from gamemeta_levels.family import generate_arrays

TEST_LEVELS = LEVELS
NOT_IN_AGENT = ("threads", "checkpoint_s")
"""Settings that change how a training runs but not what comes out."""


class Observer(Protocol):
    """Callbacks that follow a training: a screen, say."""

    def begun(self, training: Training, directory: RunDirectory) -> None:
        """Before the first iteration."""
        ...

    def iterated(self, done: Iteration, steps_per_s: float) -> None:
        """After every iteration, with its speed."""
        ...

    def validated(self, step: int, result: Evaluation) -> None:
        """After every validation."""
        ...

    def testing(self) -> None:
        """Before the test levels are played."""
        ...


@dataclass
class Outcome:
    """The end of a training."""

    directory: Path
    step: int
    ended: str
    """`done`, `minutes` (its time was up) or `stopped` (by Ctrl-C)."""
    test: Evaluation | None
    """The adaptation table; None when it was stopped."""
    elapsed_s: float


def begin(
    config: TrainConfig,
    out: Path | None,
    start: AgentFile | None = None,
    level_set: LevelSet | None = None,
) -> tuple[Training, RunDirectory]:
    """A new training and its directory.

    Args:
        config: all settings.
        out: its directory; `runs/<game>` if None.
        start: an agent whose weights to begin with.
        level_set: the levels, where they are not generated; see `gamemeta.training.level_set`.
    Raises:
        TrainingError: the directory holds a run already or cannot be written.
        AgentFileError: the agent's weights or what it sees do not fit.
        ConfigError: there are so few levels that none is left to validate or to test with.
    """
    training = Training(config, level_set)
    for split in () if level_set else ("validation", "test"):
        generate_arrays(training.family, [0], split)
    training.origin = {"version": __version__, "commit": source_commit()}
    if level_set is not None:
        training.origin[ABOUT] = level_set.identity()
    if start is not None:
        config.setup.check_fits(start.spec)
        training.learner.begin_from(start)
        training.origin["began_with"] = start.digest
    directory = RunDirectory.create(out, config.game_name)
    with _naming_files(directory):
        write_atomically(directory.config, to_toml(config).encode())
        if level_set is not None:
            save_level_set(level_set, directory.levels)
        _save(training, directory)
    return training, directory


def resume(path: Path, game: str | None = None) -> tuple[Training, RunDirectory]:
    """A training as its last checkpoint left it; its directory is locked until the training ends.

    Args:
        path: the directory of the run.
        game: name of the game that it must play, if not None.
    Raises:
        TrainingError: there is no checkpoint that can be used, it plays another game, or another training is
            writing there.
        GamemetaError: its settings are not those of this release.
    """
    directory = RunDirectory(path)
    if not (directory.checkpoint.is_file() or directory.previous.is_file()):
        load_checkpoint(directory.checkpoint)  # says what is missing
    with _naming_files(directory):
        directory.lock()
    try:
        return _newest(directory, game), directory
    except BaseException:
        directory.unlock()
        raise


def _newest(directory: RunDirectory, game: str | None) -> Training:
    """The training of the checkpoint, or of the one before where it cannot be used; what was written after
    it is removed.

    Raises:
        TrainingError: neither can be used, or they are of another game.
    """
    try:
        training = _restored(directory, directory.checkpoint, game)
    except DamagedCheckpoint as error:
        if not directory.previous.is_file():
            raise
        try:
            training = _restored(directory, directory.previous, game)
        except DamagedCheckpoint as another:
            raise DamagedCheckpoint(f"{error} Nor can the one before be used: {another}") from error
        with _naming_files(directory):
            directory.take_previous(str(error))
    with _naming_files(directory):
        directory.cut_log(training.step)
        if training.iteration < training.iterations:
            directory.table.unlink(missing_ok=True)
    return training


def _restored(directory: RunDirectory, file: Path, game: str | None) -> Training:
    """The training of a checkpoint."""
    checkpoint = load_checkpoint(file)
    if game not in (None, checkpoint.game_name):
        raise TrainingError(
            f"{directory.path}: plays {checkpoint.game_name!r}, not {game!r}. Leave the game out, or mend it."
        )
    config = from_values(checkpoint.game_name, checkpoint.config)
    training = Training(config, _kept(directory, config, checkpoint.origin))
    training.origin = checkpoint.origin
    if training.origin.get("commit") != source_commit():
        training.origin["resumed_with"] = source_commit()
    try:
        training.load(checkpoint.iteration, checkpoint.arrays)
    except (LookupError, ArithmeticError, ValueError, TypeError, RuntimeError, LevelError) as error:
        raise DamagedCheckpoint(f"{file}: this checkpoint does not fit its own settings: {error}") from error
    return training


def _kept(directory: RunDirectory, config: TrainConfig, origin: dict[str, Any]) -> LevelSet | None:
    """The fixed levels of this run, if any."""
    if ABOUT not in origin:
        return None
    return load_level_set(directory.levels, config.setup.family(), origin[ABOUT])


def train(
    training: Training, directory: RunDirectory, observer: Observer, minutes: float | None = None
) -> Outcome:
    """Run to the end, to the time limit, or to Ctrl-C; then play the test levels.

    Raises:
        TrainingError: the gradients are not finite, or a file cannot be written. The last checkpoint
            stays whole.
    """
    began = time.monotonic()
    test = None
    with directory.locked(), _interrupt() as interrupted, _naming_files(directory, training):
        directory.clean()
        observer.begun(training, directory)
        ended = _run(training, directory, observer, began, minutes, interrupted)
        if ended != "stopped":
            observer.testing()
            test = _validate(training, "test", _test_levels(training), controls=True)
            _save(training, directory, {"test": test.to_json()})
            directory.write_table(test.to_json())
    return Outcome(directory.path, training.step, ended, test, time.monotonic() - began)


@contextmanager
def _naming_files(directory: RunDirectory, training: Training | None = None) -> Iterator[None]:
    """Turn a file that cannot be written into one error that says where, when and what to do."""
    try:
        yield
    except OSError as error:
        place = f"{error.filename or directory.path}: {error.strerror or error}"
        if training is None:
            raise TrainingError(
                f"{place}. Training has not begun: {advice(error)}, then try again."
            ) from error
        whole = "The last checkpoint is whole" if directory.checkpoint.exists() else "No checkpoint is left"
        raise TrainingError(
            f"{place} at step {training.step:,}. {whole}: {advice(error)}, then "
            f"`{resume_command(directory.path)}`."
        ) from error


def _run(
    training: Training,
    directory: RunDirectory,
    observer: Observer,
    began: float,
    minutes: float | None,
    interrupted: list[bool],
) -> str:
    """Iterate, log, validate and save; says why it ended."""
    config = training.config.run
    saved = last = time.monotonic()
    for done in training.run():
        now = time.monotonic()
        rate, last = training.steps_per_iteration / max(now - last, 1e-9), now
        directory.append({"step": done.step, "steps_per_s": round(rate)} | done.terms)
        observer.iterated(done, rate)
        if _is_due(training):
            result = _validate(training, "validation", config.validation_levels, controls=False)
            directory.append({"step": done.step, "validation": result.to_json()["agent"]})
            observer.validated(done.step, result)
            last = time.monotonic()
        late = minutes is not None and now - began > 60 * minutes
        finished = training.iteration == training.iterations
        stopped = bool(interrupted)
        if late or finished or stopped or now - saved > config.checkpoint_s:
            _save(training, directory)
            saved = last = time.monotonic()
        if stopped:
            return "stopped"
        if late and not finished:
            return "minutes"
    return "done"


def _is_due(training: Training) -> bool:
    """Whether the validation levels are played after this iteration."""
    count = training.config.run.validations
    if not count or (training.level_set and not training.level_set.count("validation")):
        return False
    n, total = training.iteration, training.iterations
    return n * count // total > (n - 1) * count // total


def _test_levels(training: Training) -> int:
    """How many levels the last table is about: fewer where steps are slow, or in a world that cannot be "
    "hurried."""
    about = training.config.setup.about
    if about.live:
        return training.config.run.validation_levels
    return min(TEST_LEVELS, about.test_levels or TEST_LEVELS)


def _validate(training: Training, split: str, levels: int, *, controls: bool) -> Evaluation:
    return evaluate(
        training.learner.task_learner,
        training.config.setup,
        split=split,
        levels=levels,
        episodes=training.config.trial.episodes,
        controls=controls,
        threads=training.config.run.threads,
        level_set=training.level_set,
    )


def _save(training: Training, directory: RunDirectory, scores: dict[str, Any] | None = None) -> None:
    """Write the checkpoint, then the agent."""
    config = training.config
    values = config.to_json()
    save_checkpoint(
        Checkpoint(config.game_name, values, training.iteration, training.origin, training.arrays()),
        directory.checkpoint,
        directory.previous,
    )
    write_agent(agent_of(training, scores or {}), directory.agent)


def agent_of(training: Training, scores: dict[str, Any]) -> AgentFile:
    """The agent as it is now."""
    config = training.config
    values = config.to_json()
    values["run"] = {k: v for k, v in values["run"].items() if k not in NOT_IN_AGENT}
    return AgentFile(
        game=config.game_name,
        game_config=values["game"],
        level_parameters=values["levels"],
        spec=config.setup.game().spec,
        network=config.network.shape(),
        episodes=config.trial.episodes,
        memory=config.trial.memory,
        weights=training.learner.weights(),
        training={"config": values, "steps": training.step, **training.origin},
        scores=scores,
        learner=config.run.learner,
        task_learner=training.learner.task_learner.kind,
    )


@contextmanager
def _interrupt() -> Iterator[list[bool]]:
    """A list that Ctrl-C fills, once; a second Ctrl-C ends the program at once."""
    pressed: list[bool] = []

    def note(signum: int, frame: Any) -> None:
        pressed.append(True)
        signal.signal(signal.SIGINT, signal.default_int_handler)

    try:
        before = signal.signal(signal.SIGINT, note)
    except ValueError:  # not in the main thread: Ctrl-C is the caller's affair
        yield pressed
        return
    try:
        yield pressed
    finally:
        signal.signal(signal.SIGINT, before)
