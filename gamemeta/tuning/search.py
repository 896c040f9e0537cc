"""A search over settings that is kept on disk: which settings come next, and the best so far.

Optuna draws them (tree-structured Parzen estimators, Bergstra et al. 2011) and leaves trials that are worse
than the median of the others. The settings of the game's recipe are tried first, so that the outcome is at
least as good on the validation levels.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from gamemeta.errors import ConfigError, GamemetaError, MissingPackage
from gamemeta.files import write_atomically
from gamemeta.training.config import TrainConfig, from_values, to_toml
from gamemeta.tuning.space import Dimension, value_of
from gamemeta.tuning.trial import Heard, score_of
from gamemeta_levels.packages import install_command

TRIALS, BEST, PLAN = "trials.jsonl", "best.toml", "plan.json"
STARTUP = 5
"""Trials before any is left early, and before settings are drawn by what was learned."""
DONE, LEFT, FAILED = "done", "left early", "failed"
"""How trials end."""


@dataclass(frozen=True)
class Trial:
    """A trial that ended."""

    number: int
    """From 1."""
    settings: dict[str, Any]
    score: float | None
    """In the last episode on validation levels, when it was last measured; None where it failed."""
    ended: str
    """`DONE`, `LEFT` or `FAILED`."""
    reason: str = ""
    """Why it failed."""


class Search:
    """A search in a folder; one that is there goes on.

    Args:
        folder: of the search.
        config: of all trials, but for what is searched.
        dimensions: what is searched.
        seed: of the draws.
        whole_steps: of a training with the best settings, for the file of them.
    Raises:
        MissingPackage: Optuna is not installed.
        ConfigError: the folder holds a search of something else, or another program searches there.
    """

    def __init__(
        self,
        folder: Path,
        config: TrainConfig,
        dimensions: Sequence[Dimension],
        *,
        seed: int = 0,
        whole_steps: int | None = None,
    ) -> None:
        self._optuna = optuna_module()
        self.folder, self.config, self.dimensions = folder, config, list(dimensions)
        self._whole_steps = whole_steps or config.run.steps
        self._check_plan({"dimensions": [one.words() for one in dimensions], "config": config.to_json()})
        journal = self._optuna.storages.journal
        self._study = self._optuna.create_study(
            study_name="tune",
            direction="maximize",
            load_if_exists=True,
            storage=self._optuna.storages.JournalStorage(journal.JournalFileBackend(str(folder / TRIALS))),
            pruner=self._optuna.pruners.MedianPruner(n_startup_trials=STARTUP, n_warmup_steps=1),
        )
        begun = len(self._study.get_trials(deepcopy=False))
        draws = self._optuna.samplers.TPESampler(seed=(seed + begun) % 2**32, n_startup_trials=STARTUP)
        self._study.sampler = draws
        self._begin_with_recipe()
        self._take_up()

    @property
    def trials(self) -> list[Trial]:
        """The trials that ended, but those that were only interrupted."""
        return [_trial(number, one) for number, one in enumerate(self._ended(), 1)]

    @property
    def best(self) -> Trial | None:
        """The best of the trials that came to their end."""
        whole = [one for one in self.trials if one.ended == DONE and one.score is not None]
        return max(whole, key=lambda one: (one.score or 0.0, -one.number), default=None)

    def next_trial(self, heard: Heard) -> Trial:
        """Train with the next settings.

        Args:
            heard: called after every iteration; see `score_of`.
        Raises:
            KeyboardInterrupt: Ctrl-C came; the trial is begun again next time.
        """
        trial = self._study.ask()
        settings = {one.name: _drawn(trial, one) for one in self.dimensions}

        def judge(number: int, score: float) -> bool:
            trial.report(score, number)
            return not trial.should_prune()

        states = self._optuna.trial.TrialState
        try:
            score, whole = score_of(self.config_with(settings), heard, judge)
        except KeyboardInterrupt:
            self._study.tell(trial, state=states.FAIL)
            self._study.enqueue_trial(settings)
            raise
        except GamemetaError as error:
            trial.set_user_attr("reason", str(error))
            self._study.tell(trial, state=states.FAIL)
        else:
            state = states.COMPLETE if whole else states.PRUNED
            self._study.tell(trial, score if whole else None, state=state)
        self._write_best()
        return self.trials[-1]

    def config_with(self, settings: Mapping[str, Any]) -> TrainConfig:
        """The settings of a training with these among them.

        Raises:
            ConfigError: they do not go together.
        """
        values = {k: dict(v) for k, v in self.config.to_json().items()}
        for name, value in settings.items():
            section, _, setting = name.partition(".")
            values.setdefault(section, {})[setting] = value
        return from_values(self.config.game_name, values)

    def _check_plan(self, plan: dict[str, Any]) -> None:
        path, text = self.folder / PLAN, json.dumps(plan, sort_keys=True)
        if path.exists() and path.read_text(encoding="utf-8") != text:
            raise ConfigError(
                f"{self.folder}: holds a search with other settings or other ranges. Give the same ones, or "
                "another folder with --out."
            )
        self.folder.mkdir(parents=True, exist_ok=True)
        write_atomically(path, text.encode())

    def _begin_with_recipe(self) -> None:
        """Let the first trial have the settings that the game has without a search, if they are in range."""
        usual = {one.name: value_of(self.config, one.name) for one in self.dimensions}
        fits = all(one.holds(usual[one.name]) for one in self.dimensions)
        if fits and not self._study.get_trials(deepcopy=False):
            self._study.enqueue_trial(usual)

    def _take_up(self) -> None:
        """Begin those trials again that a killed program left in the middle."""
        states = self._optuna.trial.TrialState
        for trial in self._study.get_trials(deepcopy=False, states=(states.RUNNING,)):
            self._study.tell(trial.number, state=states.FAIL)
            if trial.params:
                self._study.enqueue_trial(trial.params)

    def _ended(self) -> Iterator[Any]:
        for one in self._study.get_trials(deepcopy=False):
            if one.state.name in ("COMPLETE", "PRUNED") or "reason" in one.user_attrs:
                yield one

    def _write_best(self) -> None:
        best = self.best
        if best is not None:
            settings = {**best.settings, "run.steps": self._whole_steps}
            write_atomically(self.folder / BEST, to_toml(self.config_with(settings)).encode())


def optuna_module() -> Any:
    """Optuna, which keeps quiet about every trial.

    Raises:
        MissingPackage: it is not installed.
    """
    try:
        optuna = import_module("optuna")
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "optuna":
            raise
        command = install_command("tune")
        raise MissingPackage(f"a search over settings needs Optuna. Run: {command}", name="optuna") from None
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    return optuna


def _drawn(trial: Any, one: Dimension) -> Any:
    """A value of this setting for a trial of Optuna."""
    if one.choices:
        return trial.suggest_categorical(one.name, one.choices)
    suggest = trial.suggest_int if one.whole else trial.suggest_float
    return suggest(one.name, one.low, one.high, log=one.by_magnitude)


def _trial(number: int, frozen: Any) -> Trial:
    """A trial of Optuna as one of ours."""
    reason = frozen.user_attrs.get("reason", "")
    reports = frozen.intermediate_values
    score = frozen.value if frozen.value is not None else reports[max(reports)] if reports else None
    ended = {"COMPLETE": DONE, "PRUNED": LEFT}.get(frozen.state.name, FAILED)
    return Trial(number, dict(frozen.params), score, ended, reason)


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """A block in which no other program searches in this folder.

    Raises:
        ConfigError: another one does.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / ".lock", timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise ConfigError(f"{folder}: another search is running here. Wait for it, or give --out.") from None
    try:
        yield
    finally:
        lock.release()
