"""Trainings on the memory games of POPGym, beside players who forget nothing and beside published figures."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from gamemeta.agent.file import read_agent
from gamemeta.calibration.popgym import yardstick
from gamemeta.errors import ConfigError, UnknownName
from gamemeta.evaluation.evaluation import evaluate_agent
from gamemeta.games.builtin.popgym.recipes import recipe_of
from gamemeta.reproduction.machine import machine, versions
from gamemeta.reproduction.popgym.page import page, rows
from gamemeta.reproduction.shared.deadline import Deadline, check_hours
from gamemeta.reproduction.shared.kept import Kept, Record
from gamemeta.reproduction.shared.overrides import parsed
from gamemeta.reproduction.shared.trained import Screen, trained
from gamemeta.training.config import TrainConfig, load_config
from gamemeta.training.run_directory import RunDirectory
from gamemeta_levels.families.popgym.family import NUMBERS, POPGymLevels
from gamemeta_levels.families.popgym.tasks import DIFFICULTIES, PREFIX, SIZES, TASKS, Size, size_named
from gamemeta_levels.family import generate_arrays

KEPT = Kept("popgym", "popgym", tuple(size.name for size in SIZES), page)
RUN = {"shards": 1, "threads": 1, "validations": 10, "validation_levels": 256}
LEVELS = 2000
SPLIT = "test"


@dataclass(frozen=True, kw_only=True)
class POPGymPlan:
    """Plan of trainings and measurements.

    Args:
        sizes: tasks at a difficulty; all if empty.
        steps: environment steps of each training; as in its recipe if None.
        seeds: training seeds, 0, 1, ...
        levels: test levels, one episode on each.
        hours: after which it stops, trainings and all; the same plan goes on.
        overrides: settings as `section.name=value`.
        runs, out: folders of the runs and of the results.
        command: as it was typed, for the record.
    """

    sizes: tuple[Size, ...] = ()
    steps: int | None = None
    seeds: int = 1
    levels: int = LEVELS
    hours: float | None = None
    overrides: tuple[str, ...] = ()
    runs: Path = Path("runs/reproduce")
    out: Path = Path("results")
    command: str = ""

    def __post_init__(self) -> None:
        for name in ("seeds", "levels"):
            if getattr(self, name) < 1:
                raise ConfigError(f"{name} = {getattr(self, name)}: give at least 1.")
        parsed(self.overrides)
        check_hours(self.hours)

    def config(self, size: Size, seed: int) -> TrainConfig:
        """The settings of the training on a task with this seed."""
        values = {section: dict(part) for section, part in recipe_of(size).items()}
        values["game"] = {"difficulty": DIFFICULTIES[size.difficulty]}
        values["run"] |= {**RUN, "seed": seed, **({"steps": self.steps} if self.steps else {})}
        return load_config(PREFIX + TASKS[size.task], None, self.overrides, values)

    def path(self, size: Size, seed: int) -> Path:
        """Folder of the training."""
        return self.runs / f"popgym-{size.name}-seed{seed}"


def find_size(word: str) -> Size:
    """The task and difficulty of a word such as `repeat_previous-easy`.

    Raises:
        UnknownName: with the names that exist.
    """
    size = size_named(word)
    if size is None:
        known = ", ".join(TASKS)
        raise UnknownName(
            f"--cell {word!r}: write a task and a difficulty, such as {SIZES[0].name}. Tasks: {known}; "
            f"difficulties: {', '.join(DIFFICULTIES)}."
        )
    return size


def reproduce_popgym(plan: POPGymPlan, screen: Screen) -> dict[str, Record] | None:
    """Train what is missing, the first seed of every task first, and measure; each figure is written at once.

    Args:
        plan: what to do.
        screen: makes what a training is shown on.

    Returns: the records of all tasks by name; None where a training was stopped, by Ctrl-C or by its time.
    Raises:
        TrainingError: a run of other settings is in the way.
        ConfigError: the record in the way is no record.
    """
    made = KEPT.read(plan.out)
    deadline = Deadline(plan.hours)
    for seed in range(plan.seeds):
        for size in plan.sizes or SIZES:
            directory = trained(plan.config(size, seed), plan.path(size, seed), screen, deadline.minutes)
            if directory is None:
                return None
            before = made.get(size.name)
            if before is None or not _holds(before, directory, plan):
                made[size.name] = _record(plan, size, seed, directory, before)
                KEPT.write(plan.out, made)
    return made


def _holds(record: Record, directory: RunDirectory, plan: POPGymPlan) -> bool:
    """Whether the agent of a directory was measured on as many levels before."""
    agents = {run["agent"] for run in record["runs"]}
    return record["levels"] == plan.levels and read_agent(directory.agent).digest in agents


def _record(
    plan: POPGymPlan, size: Size, seed: int, directory: RunDirectory, before: Record | None
) -> Record:
    """All figures of a task: those of this seed, and those of other seeds on as many levels."""
    config, agent = plan.config(size, seed), read_agent(directory.agent)
    played = evaluate_agent(agent, split=SPLIT, levels=plan.levels, controls=False)
    returns = played.arms["agent"].returns[:, 0]
    curve = validations(directory)
    run = {
        "seed": seed,
        "steps": agent.training["steps"],
        "seconds": round(_seconds(directory, config), 1),
        "agent": agent.digest,
        "weights": sum(weight.size for weight in agent.weights.values()),
        **_mean(returns),
        "maximum": max((value for _, value in curve), default=None),
        "curve": [list(look) for look in curve],
    }
    kept = [] if before is None or before["levels"] != plan.levels else before["runs"]
    runs = sorted([*(one for one in kept if one["seed"] != seed), run], key=lambda one: int(one["seed"]))
    return {
        "task": TASKS[size.task],
        "difficulty": DIFFICULTIES[size.difficulty],
        "levels": plan.levels,
        "settings": json.loads(json.dumps(config.to_json())),
        "runs": runs,
        "random": _mean(played.arms["random"].returns[:, 0]),
        "yardstick": _yardstick(size, plan.levels),
        "command": plan.command,
        "machine": machine(),
        "versions": versions(),
    }


def _mean(returns: Any) -> dict[str, float]:
    """Mean of returns [N] and its standard error."""
    error = float(np.std(returns, ddof=1) / len(returns) ** 0.5) if len(returns) > 1 else 0.0
    return {"mean": round(float(np.mean(returns)), 5), "error": round(error, 5)}


def _yardstick(size: Size, count: int) -> Record | None:
    """The player who forgets nothing, on the same levels."""
    levels = generate_arrays(POPGymLevels(size=size), np.arange(count), SPLIT)
    player = yardstick(size, levels.more[NUMBERS])
    return None if player is None else {"player": player[0], **_mean(player[1])}


def validations(directory: RunDirectory) -> list[tuple[int, float]]:
    """Steps and mean return of every look at validation levels during a training."""
    looks = []
    for line in directory.log.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        if "validation" in record:
            looks.append((int(record["step"]), float(record["validation"]["return"][0])))
    return looks


def _seconds(directory: RunDirectory, config: TrainConfig) -> float:
    """Seconds that the steps of a training took, by its log."""
    rows = (json.loads(line) for line in directory.log.read_text(encoding="utf-8").splitlines())
    steps = config.run.lanes * config.run.rollout_steps
    return float(sum(steps / max(row["steps_per_s"], 1) for row in rows if "steps_per_s" in row))


def table(made: dict[str, Record], sizes: Sequence[Size] = ()) -> str:
    """The table of some tasks at a difficulty, all if empty."""
    return rows({size.name: made[size.name] for size in sizes or SIZES if size.name in made})
