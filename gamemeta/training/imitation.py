"""What a training takes from others: demonstrations that it clones first, and a teacher that it follows."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol, cast

from gamemeta.agent.file import AgentFile, read_agent, write_agent
from gamemeta.demonstrations.file import Demonstrations, read_demonstrations, write_demonstrations
from gamemeta.demonstrations.players import guide_of
from gamemeta.errors import ConfigError, GamemetaError, TrainingError
from gamemeta.learners.imitation.cloning import Cloned, Cloning, Imitator
from gamemeta.learners.imitation.teacher import Teacher
from gamemeta.learners.registry import LEARNERS, learner_kind
from gamemeta.training.config import TrainConfig
from gamemeta.training.loop import Training
from gamemeta.training.run_directory import CLONED, RunDirectory

DEMONSTRATIONS, CLONE_ONLY, TEACHER = "demonstrations", "clone_only", "teacher"
"""Keys of what a training came from: under `training` in an agent file."""
SOLVER = "solver"
TEACHER_WEIGHT, TEACHER_UNTIL = 1.0, 0.5
"""Weight of a teacher at the start, and the share of the training after which it is 0."""


@dataclass(frozen=True, kw_only=True)
class Others:
    """What a training learns from others.

    Args:
        demonstrations: to be cloned first.
        clone_only: whether nothing comes after that.
        teacher: the agent that is followed.
        solver: whether the game's solver is; `guide_weight` then is its weight.
    """

    demonstrations: Demonstrations | None = None
    clone_only: bool = False
    teacher: AgentFile | None = None
    solver: bool = False


NOBODY = Others()


class Follows(Imitator, Protocol):
    """What following a teacher needs of a meta-learner."""

    guide: str | None
    """The label that it imitates, too."""


def following(config: TrainConfig, teacher: str | None, overrides: Iterable[str]) -> TrainConfig:
    """The settings of a training that follows a teacher, whose weight falls unless these overrides say how.

    Args:
        config: without a teacher.
        teacher: `solver`, or an agent; None for none.
        overrides: texts such as `ppo.guide_weight=0.5`.
    """
    if teacher is None or not hasattr(config.learner, "guide_weight"):
        return config
    section = learner_kind(config.run.learner).section
    fixed = {text.partition("=")[0].strip() for text in overrides}
    wanted = {"guide_weight": TEACHER_WEIGHT, "guide_until": TEACHER_UNTIL}
    free = {name: value for name, value in wanted.items() if f"{section}.{name}" not in fixed}
    return replace(config, learner=replace(config.learner, **free))


def begin_with(training: Training, others: Others) -> None:
    """Let a new training learn from others.

    Raises:
        ConfigError, AgentFileError, DemonstrationError: it cannot.
    """
    if others.solver:
        _check_solver(training)
        training.origin[TEACHER] = SOLVER
    if others.teacher is not None:
        begin_teaching(training, others.teacher)
    if others.demonstrations is not None:
        _begin_cloning(training, others.demonstrations, clone_only=others.clone_only)


def _check_solver(training: Training) -> None:
    """Raises ConfigError where no solver can teach: the game has none that answers every state, or the
    learner does not follow one."""
    config, game = training.config, training.shards[0].trials.game
    if guide_of(game) is None:
        raise ConfigError(
            f"the game {game.name!r} has no solver that says what is best in every state. Give an agent as "
            "the teacher, or leave --teacher out."
        )
    if not hasattr(config.learner, "guide_weight"):
        raise ConfigError(f"the learner {config.run.learner!r} follows no teacher. Take rl2 or belief.")


def _begin_cloning(training: Training, demonstrations: Demonstrations, *, clone_only: bool) -> None:
    """Let a new training clone demonstrations before anything else.

    Raises:
        ConfigError: the learner cannot.
        DemonstrationError: there are too few.
    """
    _check_imitates(training, "clones no demonstrations")
    training.origin[DEMONSTRATIONS] = {
        "digest": demonstrations.digest,
        "trials": len(demonstrations.trials),
        "steps": demonstrations.steps,
        "players": sorted(map(str, demonstrations.players)),
    }
    if clone_only:
        training.origin[CLONE_ONLY] = True
        training.until = 0
    training.cloning = _cloning(training, demonstrations)


def begin_teaching(training: Training, teacher: AgentFile) -> None:
    """Let a training follow an agent.

    Raises:
        ConfigError: the learner cannot.
        AgentFileError: it plays another game, or another form of it, or adapts in another way.
    """
    _check_imitates(training, "follows no agent")
    setup = training.config.setup
    if teacher.game != setup.name:
        raise ConfigError(f"the teacher plays {teacher.game!r}, not {setup.name!r}. Give one of this game.")
    setup.check_fits(teacher.spec)
    training.origin[TEACHER] = teacher.digest
    cast(Follows, training.learner).guide = None
    training.teacher = Teacher(teacher, {k: shard.lanes.count for k, shard in training.numbered()})


def save_others(directory: RunDirectory, others: Others) -> None:
    """Keep beside the run what it needs of others to go on. Raises OSError where it cannot be written."""
    if others.demonstrations is not None:
        write_demonstrations(others.demonstrations, directory.demonstrations)
    if others.teacher is not None:
        write_agent(others.teacher, directory.teacher)


def take_up(training: Training, directory: RunDirectory) -> None:
    """Go on with what the origin of a resumed training names.

    Raises:
        TrainingError: its file in the directory is missing, damaged, or another.
    """
    origin = training.origin
    if origin.get(CLONE_ONLY):
        training.until = 0
    stated = origin.get(DEMONSTRATIONS)
    if stated is not None and CLONED not in stated:
        demonstrations = _kept(directory.demonstrations, read_demonstrations, stated["digest"])
        training.cloning = _cloning(training, demonstrations)
    if origin.get(TEACHER, SOLVER) != SOLVER:
        begin_teaching(training, _kept(directory.teacher, read_agent, origin[TEACHER]))


def end_cloning(training: Training) -> Cloned:
    """Take the best weights, and note in the origin what came of it."""
    assert training.cloning is not None
    cloned = training.cloning.finish()
    training.cloning = None
    training.origin[DEMONSTRATIONS] = {**training.origin[DEMONSTRATIONS], CLONED: cloned.to_json()}
    return cloned


def _cloning(training: Training, demonstrations: Demonstrations) -> Cloning:
    config = training.config
    return Cloning(
        cast(Imitator, training.learner),
        demonstrations,
        config.cloning,
        memory=config.trial.memory,
        seed=config.run.seed,
    )


def _check_imitates(training: Training, what: str) -> None:
    name = training.config.run.learner
    if not learner_kind(name).imitates:
        able = ", ".join(one for one in LEARNERS if learner_kind(one).imitates)
        raise ConfigError(f"the learner {name!r} {what}. Take {able}: --set run.learner={able}.")
    if getattr(training.config.learner, "beliefs_only", False):
        raise ConfigError("ppo.beliefs_only changes nothing that acts, and so learns nothing from others.")


def _kept(path: Path, read: Any, digest: str) -> Any:
    """What was kept at the beginning of a run."""
    try:
        kept = read(path)
    except GamemetaError as error:
        raise TrainingError(f"{error} This run needs it to go on.") from error
    if kept.digest != digest:
        raise TrainingError(f"{path}: this is not what the run began with. Begin a new run.")
    return kept
