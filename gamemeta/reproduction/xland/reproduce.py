"""Trainings on task sets of XLand-MiniGrid, beside the same without adaptation and with the rules shown.

Every player is trained on trivial rulesets first and then, beginning with the agent of that, on its task set:
the agent; the reset-trained one, whose memory is cleared before every episode in both; and the revealed one,
who is shown in both what part each tile in view has.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gamemeta.agent.file import AgentFile, read_agent
from gamemeta.errors import ConfigError, UnknownName
from gamemeta.evaluation.baselines import Baselines
from gamemeta.evaluation.study import evaluate_study
from gamemeta.reproduction.machine import machine, versions
from gamemeta.reproduction.shared.deadline import Deadline, check_hours
from gamemeta.reproduction.shared.kept import Kept, Record
from gamemeta.reproduction.shared.overrides import parsed
from gamemeta.reproduction.shared.trained import Screen, trained
from gamemeta.reproduction.xland.page import page
from gamemeta.training.baselines import CHANGES
from gamemeta.training.config import TrainConfig, load_config
from gamemeta_levels.families.xland.rulesets import TASK_SETS

GAME = "xland"
KEPT = Kept(GAME, "xland-agents", tuple(TASK_SETS), page)
FIRST = "trivial"
"""The task set that every training begins with."""
FIRST_STEPS, STEPS = 20_000_000, 24_000_000
"""Environment steps on trivial rulesets, and on any other task set behind them."""
ENTROPY = {FIRST: 0.01}
LATER_ENTROPY = 0.005
LEVELS, SPLIT = 1024, "test"
AGENT = "agent"
PLAYERS = (AGENT, *CHANGES)
"""Who is trained: the agent, then its baselines."""
DECIDED = (("trial", "memory"),)
"""What tells players apart, so that nobody else sets it."""


@dataclass(frozen=True, kw_only=True)
class XLandPlan:
    """Plan of trainings and measurements.

    Args:
        tasks: task sets; `small` and `medium` if empty.
        steps: environment steps of each training; 20 million on trivial rulesets, else 24 million, if None.
        seeds: training seeds, 0, 1, ...
        levels: test rulesets.
        hours: after which it stops, trainings and all; the same plan goes on.
        overrides: settings as `section.name=value`.
        runs, out: folders of the runs and of the results.
        command: as it was typed, for the record.
    """

    tasks: tuple[str, ...] = ()
    steps: int | None = None
    seeds: int = 3
    levels: int = LEVELS
    hours: float | None = None
    overrides: tuple[str, ...] = ()
    runs: Path = Path("runs/reproduce")
    out: Path = Path("results")
    command: str = ""

    def __post_init__(self) -> None:
        unknown = [name for name in self.tasks if name not in TASK_SETS]
        if unknown:
            raise UnknownName(f"--cell {unknown[0]!r}: choose a task set: {', '.join(TASK_SETS)}.")
        for name, least in (("seeds", 1), ("levels", 2)):
            if getattr(self, name) < least:
                raise ConfigError(f"{name} = {getattr(self, name)}: give at least {least}.")
        parsed(self.overrides, DECIDED)
        check_hours(self.hours)

    def config(self, tasks: str, player: str, seed: int) -> TrainConfig:
        """The settings of the training of a player on a task set with this seed."""
        steps = self.steps or (FIRST_STEPS if tasks == FIRST else STEPS)
        values: dict[str, dict[str, Any]] = {
            "levels": {"tasks": tasks},
            "ppo": {"entropy": ENTROPY.get(tasks, LATER_ENTROPY)},
            "run": {"steps": steps, "seed": seed, "threads": 1, "validations": 5, "validation_levels": 128},
        }
        if player != AGENT:
            section, name, value = CHANGES[player]
            values.setdefault(section, {})[name] = value
        return load_config(GAME, None, self.overrides, values)

    def path(self, tasks: str, player: str, seed: int) -> Path:
        """Folder of the training."""
        return self.runs / f"xland-{tasks}-{player}-seed{seed}"


def reproduce_xland(plan: XLandPlan, screen: Screen) -> dict[str, Record] | None:
    """Train what is missing and measure; the figures of a task set are written when it is done.

    Args:
        plan: what to do.
        screen: makes what a training is shown on.

    Returns: the records of all task sets by name; None where a training was stopped, by Ctrl-C or its time.
    Raises:
        TrainingError: a run of other settings is in the way.
        ConfigError: the record in the way is no record.
    """
    made = KEPT.read(plan.out)
    deadline = Deadline(plan.hours)
    for tasks in plan.tasks or ("small", "medium"):
        agents: dict[str, list[AgentFile]] = {name: [] for name in PLAYERS}
        for seed in range(plan.seeds):
            for player in PLAYERS:
                agent = _agent(plan, tasks, player, seed, screen, deadline)
                if agent is None:
                    return None
                agents[player].append(agent)
        if not _holds(made.get(tasks), agents, plan):
            made[tasks] = _record(plan, tasks, agents)
            KEPT.write(plan.out, made)
    return made


def _agent(
    plan: XLandPlan, tasks: str, player: str, seed: int, screen: Screen, deadline: Deadline
) -> AgentFile | None:
    """A player trained on trivial rulesets and then on the task set; None where that was stopped."""
    start = None
    for stage in dict.fromkeys((FIRST, tasks)):
        config, path = plan.config(stage, player, seed), plan.path(stage, player, seed)
        directory = trained(config, path, screen, deadline.minutes, start)
        if directory is None:
            return None
        start = read_agent(directory.agent)
    return start


def _holds(record: Record | None, agents: dict[str, list[AgentFile]], plan: XLandPlan) -> bool:
    """Whether these agents were measured on as many levels before."""
    return record is not None and record["levels"] == plan.levels and record["agents"] == _digests(agents)


def _digests(agents: dict[str, list[AgentFile]]) -> dict[str, list[str]]:
    return {name: [one.digest for one in files] for name, files in agents.items()}


def _record(plan: XLandPlan, tasks: str, agents: dict[str, list[AgentFile]]) -> Record:
    """All figures of a task set."""
    files = agents[AGENT]
    rivals = {
        file.digest: Baselines(reset, revealed)
        for file, reset, revealed in zip(files, *(agents[name] for name in CHANGES), strict=True)
    }
    study = evaluate_study(
        files,
        baselines=lambda file: rivals[file.digest],
        split=SPLIT,
        levels=plan.levels,
        fine_tuning=False,
    )
    first = (FIRST_STEPS if plan.steps is None else plan.steps) * (tasks != FIRST)
    return {
        "levels": plan.levels,
        "agents": _digests(agents),
        "seeds": len(files),
        "steps": [file.training["steps"] + first for file in files],
        "settings": json.loads(json.dumps(plan.config(tasks, AGENT, 0).to_json())),
        "built_in": study.members[0].built_in,
        "result": study.to_json(),
        "command": plan.command,
        "machine": machine(),
        "versions": versions(),
    }


def chosen(made: dict[str, Record], tasks: Sequence[str]) -> dict[str, Record]:
    """The records of these task sets; all if none is named."""
    return {name: one for name, one in made.items() if not tasks or name in tasks}
