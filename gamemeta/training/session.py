"""A training with its files: begin, go on, save, stop cleanly, and end with the adaptation table."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gamemeta import __version__
from gamemeta.agent.file import AgentFile
from gamemeta.command_line import resume_command
from gamemeta.errors import LevelError, TrainingError
from gamemeta.evaluation.evaluation import Evaluation
from gamemeta.files import advice, write_atomically
from gamemeta.interrupts import Interrupts
from gamemeta.provenance import source_commit
from gamemeta.training.checkpoint import DamagedCheckpoint, load_checkpoint
from gamemeta.training.config import TrainConfig, from_saved, to_toml
from gamemeta.training.course import Course, save
from gamemeta.training.imitation import CLONE_ONLY, NOBODY, Others, begin_with, save_others, take_up
from gamemeta.training.level_set import ABOUT, load_level_set, save_held_out, save_level_set
from gamemeta.training.loop import Training
from gamemeta.training.observer import Heard, Observer
from gamemeta.training.processes.company import Company, check_processes
from gamemeta.training.processes.link import Link
from gamemeta.training.rescue import keeping_what_was_learned
from gamemeta.training.run_directory import RunDirectory
from gamemeta.training.timing import Timing
from gamemeta_levels.families.level_set import LevelSet
from gamemeta_levels.family import generate_arrays


@dataclass
class Outcome:
    """The end of a training."""

    directory: Path
    step: int
    ended: str
    """`done`, `minutes` (its time was up) or `stopped` (by Ctrl-C)."""
    test: Evaluation | None
    """The adaptation table, of as many levels as there was time for; None when there was too little."""
    elapsed_s: float
    clone_only: bool = False
    """Whether it was to clone demonstrations alone."""
    signal: int = 0
    """Number of the signal that stopped it, or its last table; 0 where none did."""


def begin(
    config: TrainConfig,
    out: Path | None,
    start: AgentFile | None = None,
    level_set: LevelSet | None = None,
    others: Others = NOBODY,
) -> tuple[Training, RunDirectory]:
    """A new training and its directory.

    Args:
        config: all settings.
        out: its directory; `runs/<game>` if None.
        start: an agent whose weights to begin with.
        level_set: the levels, where they are not generated; see `gamemeta.training.level_set`.
        others: what to learn from others.
    Raises:
        TrainingError: the directory holds a run already or cannot be written.
        AgentFileError: the agent's weights or what it sees do not fit.
        ConfigError: there are so few levels that none is left to validate or to test with; or the learner
            cannot learn from others so.
        DemonstrationError: there are too few demonstrations.
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
    begin_with(training, others)
    directory = RunDirectory.create(out, config.game_name)
    with _naming_files(directory):
        write_atomically(directory.config, to_toml(config).encode())
        if level_set is not None:
            save_level_set(level_set, directory.levels)
            save_held_out(level_set, directory.held_out)
        save_others(directory, others)
        save(training, directory)
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
        directory.cut_log(training.step, None if training.cloning is None else training.cloning.passes)
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
    config = from_saved(checkpoint.game_name, checkpoint.config)
    training = Training(config, _kept(directory, config, checkpoint.origin))
    training.origin = checkpoint.origin
    if training.origin.get("commit") != source_commit():
        training.origin["resumed_with"] = source_commit()
    take_up(training, directory)
    try:
        training.load(checkpoint.iteration, checkpoint.arrays)
    except (LookupError, ArithmeticError, ValueError, TypeError, RuntimeError, LevelError) as error:
        raise DamagedCheckpoint(f"{file}: this checkpoint does not fit its own settings: {error}") from error
    return training


def _kept(directory: RunDirectory, config: TrainConfig, origin: dict[str, Any]) -> LevelSet | None:
    """The fixed levels of this run, if any."""
    if ABOUT not in origin:
        return None
    return load_level_set(directory.levels, config.setup, origin[ABOUT])


def train(
    training: Training,
    directory: RunDirectory,
    observer: Observer,
    minutes: float | None = None,
    *,
    began: float | None = None,
    test_levels: int | None = None,
    link: Link | None = None,
) -> Outcome:
    """Run to the end, to the time limit, or to Ctrl-C; then play as many test levels as the time allows.

    Args:
        training, directory: of `begin` or `resume`.
        observer: follows it.
        minutes: that all of it may take, the test levels included; see `gamemeta.training.timing`.
        began: when these minutes began, by `time.monotonic`; now if None.
        test_levels: that the table at its end is about; the usual number if None.
        link: to other processes that take part, if any.
    Raises:
        ConfigError: the training cannot be divided over so many processes.
        TrainingError: the gradients are not finite, or a file cannot be written. The last checkpoint
            stays whole.
        GamemetaError: the game fails. The agent of that moment is saved.
    """
    if link is not None:
        check_processes(training.config, link.count)
        training.company = Company(link)
    total = training.iterations * training.steps_per_iteration
    timing = Timing(total, training.step, minutes, began)
    with (
        training,
        directory.locked(),
        Interrupts() as interrupts,
        _naming_files(directory, training),
        keeping_what_was_learned(training, directory),
    ):
        directory.clean()
        run = Course(training, directory, Heard(observer, interrupts), timing, interrupts)
        ended, test = run.to_its_end(), None
        if training.company is not None:
            training.company.close()
        if ended != "stopped":
            test = run.judge(test_levels)
    clone_only = bool(training.origin.get(CLONE_ONLY))
    return Outcome(directory.path, run.step, ended, test, timing.elapsed_s, clone_only, interrupts.asked)


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
