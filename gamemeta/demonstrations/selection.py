"""Which demonstrations a training may learn from, and which of their steps are held out."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gamemeta.demonstrations.demonstration import Demonstration
from gamemeta.demonstrations.file import Demonstrations, read_demonstrations
from gamemeta.errors import DemonstrationError
from gamemeta.games.setup import GameSetup
from gamemeta_levels.families.level_set import LevelSet

LEAST_GROUPS = 5
"""With fewer levels than these, the last episodes of every trial are held out in place of whole trials."""
LAST_SHARE = 0.2
"""Share of a trial's episodes that is then held out."""


def read_for(
    setup: GameSetup, paths: Sequence[Path], level_set: LevelSet | None = None
) -> tuple[Demonstrations, list[str]]:
    """The trials of these files that an agent of this game may be cloned from, as one.

    Args:
        setup: of the game.
        paths: of the files.
        level_set: the levels of the training, where they are not generated.
    Returns: demonstrations, and what people should know of them, a sentence each.
    Raises:
        DemonstrationError: a file cannot be read or belongs to another game, or no trial is left.
    """
    files = [(path, read_demonstrations(path)) for path in paths]
    for path, one in files:
        check_fits(setup, one, str(path))
    first = files[0][1]
    made = Demonstrations(
        game=first.game,
        game_config=first.game_config,
        level_parameters=first.level_parameters,
        spec=first.spec,
        rewards=all(one.rewards for _, one in files),
        held_out=setup.family().about.held_out,
    )
    trials = [trial for _, one in files for trial in one.trials]
    made.trials = [trial for trial in trials if not _is_for_tests(trial, level_set)]
    left_out, notes = len(trials) - len(made.trials), []
    if not made.trials:
        raise DemonstrationError(
            f"{paths[0]}: every trial was played on levels that agents are tested on. Record on training "
            "levels: `--level train:0`, or `gamemeta demos record`."
        )
    if left_out:
        notes.append(f"{left_out} of {len(trials)} trials were played on test levels and are left out")
    if not made.rewards:
        notes.append("the rewards of these plays are not known: the agent sees zeros in their place")
    return made, notes


def check_fits(setup: GameSetup, made: Demonstrations, place: str) -> None:
    """Raises DemonstrationError unless these are plays of this game, in the form that it has now."""
    if made.game != setup.name:
        raise DemonstrationError(f"{place}: these are plays of {made.game!r}, not of {setup.name!r}.")
    if not setup.fits(made.spec):
        spec = setup.game().spec
        what = "is done" if made.spec.obs == spec.obs else "is seen"
        raise DemonstrationError(
            f"{place}: these are plays of another form of {made.game!r}, in which something else {what}. "
            "Record again with the settings of this training, or train with theirs: `gamemeta demos info`."
        )


def _is_for_tests(trial: Demonstration, level_set: LevelSet | None) -> bool:
    """Whether agents are judged on the level of this trial."""
    if level_set is None or not trial.level.known:
        return trial.level.is_for_tests
    return len(level_set.misplaced(np.array([trial.level.content_hash], np.uint64), "train")) > 0


@dataclass(frozen=True)
class Parts:
    """Steps to learn from and steps to be held out, bool [T] for each trial."""

    learned: list[NDArray[np.bool_]]
    held_out: list[NDArray[np.bool_]]

    @staticmethod
    def rows_of(masks: Sequence[NDArray[np.bool_]]) -> NDArray[np.int64]:
        """The trials that have such steps."""
        return np.flatnonzero([mask.any() for mask in masks])


def parts_of(trials: Sequence[Demonstration], share: float, order: NDArray[np.int64]) -> Parts:
    """Hold out whole trials, those on one level together; of few levels, the last episodes of every trial.

    Args:
        trials: all.
        share: of the trials.
        order: int64 [M], every trial once: those in front are held out first.
    Raises:
        DemonstrationError: there are no two episodes to be divided.
    """
    level = [trial.level.content_hash or -1 - k for k, trial in enumerate(trials)]
    whole = len(set(level)) >= LEAST_GROUPS
    held = _held_levels(level, share, order) if whole else set()
    learned, held_out = [], []
    for k, trial in enumerate(trials):
        rows = np.full(trial.steps, level[k] in held) if whole else _last_episodes(trial)
        learned.append(trial.imitated & ~rows)
        held_out.append(trial.imitated & rows)
    if not any(mask.any() for mask in learned) or not any(mask.any() for mask in held_out):
        raise DemonstrationError(
            "there are too few demonstrations: some are held out to see when to stop. Record at least two "
            "episodes."
        )
    return Parts(learned, held_out)


def _held_levels(level: Sequence[int], share: float, order: NDArray[np.int64]) -> set[int]:
    held: set[int] = set()
    wanted = max(1, round(share * len(level)))
    for k in order:
        if sum(one in held for one in level) >= wanted or len(held) >= len(set(level)) - 1:
            break
        held.add(level[k])
    return held


def _last_episodes(trial: Demonstration) -> NDArray[np.bool_]:
    first = trial.episodes - max(1, round(LAST_SHARE * trial.episodes))
    rows: NDArray[np.bool_] = trial.episode >= max(first, 1)
    return rows
