"""`gamemeta.train`: train an agent from Python, on a class object or on a game by its name."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gamemeta.agent.file import read_agent
from gamemeta.agent.runtime import Agent
from gamemeta.authoring.checking import quick_check
from gamemeta.errors import ConfigError
from gamemeta.evaluation.evaluation import Evaluation
from gamemeta.games.registry import file_of, included_names, use_class, use_game
from gamemeta.playing.choose import choose_agent
from gamemeta.training.config import TrainConfig, load_config
from gamemeta.training.observer import Observer
from gamemeta.training.run_directory import RunDirectory
from gamemeta.training.session import Outcome, begin, resume
from gamemeta.training.session import train as run


@dataclass(frozen=True)
class Trained:
    """The result of a training.

    Args:
        path: the directory of the run, which the command line takes, too.
        agent: ready to act in a game loop.
        test: what it scored on test levels; None where there was no time to play any.
        steps: environment steps of the whole training so far.
        ended: `done`, `minutes` (its time was up) or `stopped` (by Ctrl-C).
        notes: what a user should know, a sentence each.
    """

    path: Path
    agent: Agent = field(repr=False)
    test: Evaluation | None = field(repr=False)
    steps: int
    ended: str
    notes: tuple[str, ...] = field(default=(), repr=False)

    @property
    def scores(self) -> tuple[float, ...]:
        """Mean score by episode on test levels, return where par is unknown; empty where none were played."""
        if self.test is None:
            return ()
        curve = self.test.to_json()["agent"]
        return tuple(curve["score"])

    @property
    def verdict(self) -> str:
        """Whether it adapts, in a sentence."""
        return "no test levels were played" if self.test is None else self.test.verdict()


class Lines(Observer):
    """Prints a line for each validation."""

    def validated(self, step: int, result: Evaluation) -> None:
        scores = " ".join(f"{score:.2f}" for score in result.to_json()["agent"]["score"])
        print(f"step {step:,}: validation score by episode {scores}", flush=True)


def train(
    game: Any,
    *,
    minutes: float | None = None,
    steps: int | None = None,
    seed: int | None = None,
    out: Path | str | None = None,
    start: Path | str | None = None,
    settings: Mapping[str, Any] | None = None,
    check: bool = True,
    quiet: bool = False,
) -> Trained:
    """Train an agent to adapt to the levels of a game.

    Args:
        game: a class, such as a plain one with `reset` and `step`; or a name as on the command line: `maze`,
            `my_game.py:MyGame`, `gymnasium/CartPole-v1`.
        minutes: that all of it may take, the test at the end included; until `steps` if None.
        steps: environment steps of the whole training; as the game recommends if None.
        seed: of weights, levels and actions.
        out: the directory of the run; `runs/<game>`, `runs/<game>-2` ... if None. Where it holds a run
            of this game already, that is gone on with.
        start: an agent to start from, as `gamemeta.load` takes it.
        settings: others by name, as `--set` takes them: `{"game.arms": 6, "ppo.clip": 0.1}`.
        check: whether to test a game that is not included with gamemeta for errors first.
        quiet: whether to print nothing.
    Raises:
        PluginError, UnknownName, ConfigError, SpecError: the game or a setting cannot be used.
        GameCheckError: the game breaks a rule, or its own code raised something, and where.
        TrainingError: the directory cannot be written, or the gradients are not finite.
    """
    name = use_game(game) if isinstance(game, str) else use_class(game)
    overrides = _overrides(settings or {}, steps=steps, seed=seed)
    if out is not None and RunDirectory(Path(out)).checkpoint.is_file():
        if overrides or start is not None:
            raise ConfigError(
                f"{out} holds a run, which goes on with the settings it has. Leave settings, steps, seed and "
                "start out, or give another directory."
            )
        training, directory = resume(Path(out), name)
    else:
        config = load_config(name, values=overrides)
        _check(config, name, check)
        agent = None if start is None else read_agent(choose_agent(start))
        training, directory = begin(config, None if out is None else Path(out), agent)
    nowhere = () if isinstance(game, str) or file_of(game) else (_nowhere(game),)
    notes = (*nowhere, *training.config.setup.game().notes(), *training.family.notes(), *directory.notes)
    for note in () if quiet else notes:
        print(f"note: {note}")
    return _result(run(training, directory, Observer() if quiet else Lines(), minutes), directory, notes)


def _nowhere(cls: type) -> str:
    file = f"{cls.__name__.lower()}.py"
    return (
        f"{cls.__name__} stands in no file: to go on with this run, to watch it or to evaluate it from the "
        f"command line, save the class as {file} and name {file}:{cls.__name__}"
    )


def _check(config: TrainConfig, name: str, check: bool) -> None:
    if check and name not in included_names() and not config.setup.about.live:
        quick_check(config.setup)


def _result(outcome: Outcome, directory: RunDirectory, notes: tuple[str, ...]) -> Trained:
    agent = Agent(read_agent(directory.agent))
    return Trained(outcome.directory, agent, outcome.test, outcome.step, outcome.ended, notes)


def _overrides(settings: Mapping[str, Any], **run_settings: Any) -> dict[str, dict[str, Any]]:
    """Settings by section and name."""
    named = {f"run.{name}": value for name, value in run_settings.items() if value is not None}
    values: dict[str, dict[str, Any]] = {}
    for name, value in {**settings, **named}.items():
        section, dot, setting = str(name).partition(".")
        if not (dot and section and setting):
            raise ConfigError(f"settings: {name!r} has no section. Write 'game.{name}' or 'run.{name}', say.")
        values.setdefault(section, {})[setting] = value
    return values
