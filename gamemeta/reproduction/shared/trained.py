"""One training in a directory, begun, gone on with, or found to be done."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from gamemeta.agent.file import AgentFile, read_agent
from gamemeta.errors import TrainingError
from gamemeta.training.config import TrainConfig, load_config
from gamemeta.training.course import NOT_IN_AGENT
from gamemeta.training.observer import Observer
from gamemeta.training.run_directory import RunDirectory
from gamemeta.training.session import begin, resume, train

Screen = Callable[[], AbstractContextManager[Observer]]


def trained(
    config: TrainConfig,
    path: Path,
    screen: Screen,
    minutes: float | None = None,
    start: AgentFile | None = None,
) -> RunDirectory | None:
    """The directory of a training that made all its steps; None where it was stopped.

    Args:
        config: all settings.
        path: of the directory.
        screen: makes what the training is shown on.
        minutes: after which it stops; None for as long as it takes.
        start: an agent whose weights a new one begins with.
    Raises:
        TrainingError: a training of other settings is in the way.
    """
    there = RunDirectory(path)
    if there.checkpoint.exists():
        _check_same(config, there)
        if there.table.exists() and read_agent(there.agent).training.get("steps", 0) >= config.run.steps:
            return there
        training, directory = resume(there.path)
    else:
        training, directory = begin(config, there.path, start)
    with screen() as observer:
        outcome = train(training, directory, observer, minutes)
    return directory if outcome.ended == "done" else None


def _check_same(config: TrainConfig, there: RunDirectory) -> None:
    before = load_config(None, there.config).to_json()
    for section, values in config.to_json().items():
        for name, wanted in values.items():
            present = before.get(section, {}).get(name)
            if present != wanted and name not in NOT_IN_AGENT:
                raise TrainingError(
                    f"{there.path}: holds a training with {section}.{name} = {present}, not {wanted}. Delete "
                    "that directory, or keep the new runs elsewhere with --runs."
                )
