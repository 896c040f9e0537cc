"""Train, measure and write the tables of a problem, in order, taking up what is there already."""

import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gamemeta.errors import ConfigError
from gamemeta.files import write_atomically
from gamemeta.reproduction.aims import aims
from gamemeta.reproduction.cells import Cell, problem
from gamemeta.reproduction.classics import TUNED_ON
from gamemeta.reproduction.classics_job import ClassicsJob
from gamemeta.reproduction.jobs import GO_ON, Job
from gamemeta.reproduction.pages import page
from gamemeta.reproduction.rates import RateJob
from gamemeta.reproduction.recipes import GRU, LEARNED, TABLE, VARIANTS, training_config
from gamemeta.reproduction.record import Parts, Record, read_record, record, write_record
from gamemeta.reproduction.shared.deadline import check_hours
from gamemeta.reproduction.trainings import TrainingJob
from gamemeta.reproduction.workers import Runner, Watcher, in_processes

FEWEST_INSTANCES, ENOUGH_INSTANCES = 1000, 10_000
MOST_SEEDS = 100


@dataclass(frozen=True)
class Plan:
    """Plan of a reproduction.

    Args:
        problem: a name of `cells.PROBLEMS`.
        cells: its sizes; those chosen for it if empty.
        seeds: training seeds 0 .. seeds - 1.
        variants: of `recipes.VARIANTS`; `table` is always among them.
        instances: how many everybody is measured on.
        jobs: processes; 0 for one a core.
        hours: after which no training goes on; None for as long as it takes.
        overrides: settings as texts, in front of the recipe.
        runs: directory of the runs.
        out: directory of the results.
        command: that stands in the results.
    """

    problem: str
    cells: tuple[Cell, ...] = ()
    seeds: int = 3
    variants: tuple[str, ...] = (TABLE,)
    instances: int = ENOUGH_INSTANCES
    jobs: int = 0
    hours: float | None = None
    overrides: tuple[str, ...] = ()
    runs: Path = Path("runs/reproduce")
    out: Path = Path("results")
    command: str = "gamemeta reproduce"

    def __post_init__(self) -> None:
        problem(self.problem)
        if self.instances < FEWEST_INSTANCES:
            raise ConfigError(
                f"--instances {self.instances}: give at least {FEWEST_INSTANCES:,}; the default is "
                f"{ENOUGH_INSTANCES:,}."
            )
        check_hours(self.hours)
        if not 1 <= self.seeds <= MOST_SEEDS:
            raise ConfigError(f"--seeds {self.seeds}: give 1 to {MOST_SEEDS}.")
        if self.jobs < 0:
            raise ConfigError(f"--jobs {self.jobs}: give 1 or more; 0 takes one for each core.")
        for variant in self.variants:
            if variant not in VARIANTS:
                raise ConfigError(f"no variant called {variant!r}. Choose one of: {', '.join(VARIANTS)}.")

    @property
    def chosen(self) -> tuple[Cell, ...]:
        """The cells, in the order of the problem."""
        asked = self.cells or problem(self.problem).chosen
        return tuple(cell for cell in problem(self.problem).cells if cell in asked)


@dataclass
class Outcome:
    """Result of a reproduction.

    Args:
        stopped: `jobs.GO_ON` when all is done, else `TIME_UP` or `INTERRUPTED`.
        records: of the cells of this command.
        all_records: of every cell of the problem that has one.
        page: the Markdown file.
    """

    stopped: int
    records: list[Record]
    all_records: list[Record]
    page: Path


def reproduce(plan: Plan, watcher: Watcher, run: Runner = in_processes) -> Outcome:
    """Do what the plan says; whatever was done before is not done again.

    Args:
        plan: what.
        watcher: observes the jobs.
        run: does the jobs.
    Raises:
        TrainingError: a directory holds another training, or a training failed.
        ConfigError: settings that are unknown or out of range.
        OSError: results cannot be written.
    """
    until = None if plan.hours is None else time.monotonic() + 3600 * plan.hours
    work = {cell: _Cell(plan, cell) for cell in plan.chosen}
    stages = (_Cell.first_jobs, _Cell.rate_jobs, _Cell.equal_time_jobs)
    _check([job for cell in work.values() for job in cell.first_jobs()])
    plan.out.mkdir(parents=True, exist_ok=True)
    for stage in stages:
        jobs = [job for cell in work.values() for job in stage(cell)]
        _check(jobs)
        missing = [job for job in jobs if not _done(job)]
        count = 1 if stage is _Cell.rate_jobs else plan.jobs or os.cpu_count() or 1
        stopped = run(missing, count, until, watcher) if missing else GO_ON
        outcome = _written(plan, [cell.record() for cell in work.values()], stopped)
        if stopped != GO_ON:
            break
    return outcome


class _Cell:
    """The jobs of one cell, which depend on each other's files."""

    def __init__(self, plan: Plan, cell: Cell) -> None:
        self.plan, self.cell = plan, cell
        players = self._path(f"players-{plan.instances}.safetensors")
        self.classics = ClassicsJob(cell, players, plan.instances, TUNED_ON)
        self.trainings: dict[str, list[TrainingJob]] = {TABLE: self._trainings(TABLE)}
        if LEARNED in plan.variants:
            self.trainings[LEARNED] = self._trainings(LEARNED)

    def first_jobs(self) -> list[Job]:
        """Jobs that depend on no other."""
        return [self.classics, *(job for jobs in self.trainings.values() for job in jobs)]

    def rate_jobs(self) -> list[Job]:
        """Jobs of timing before comparisons at equal time."""
        return [self._rate] if GRU in self.plan.variants else []

    def equal_time_jobs(self) -> list[Job]:
        """Trainings with as many steps as fit into the time that the structured memory took."""
        measured = self._rate.measured() if GRU in self.plan.variants else None
        if measured is None or not all(job.finished for job in self.trainings[TABLE]):
            return []
        steps = [_whole(measured["relative"] * job.config.run.steps, job) for job in self.trainings[TABLE]]
        self.trainings[GRU] = self._trainings(GRU, steps)
        return list(self.trainings[GRU])

    def record(self) -> Record:
        """The record of all figures so far."""
        self.equal_time_jobs()
        rate = self._rate.measured() if GRU in self.plan.variants else None
        rates = {} if rate is None else {GRU: rate}
        return record(Parts(self.cell, self.plan.command, self.trainings, self.classics, rates))

    @property
    def _rate(self) -> RateJob:
        gru, table = (
            training_config(self.cell, variant, 0, overrides=self.plan.overrides) for variant in (GRU, TABLE)
        )
        return RateJob(self.cell, gru, table, self._path("gru-rate.json"))

    def _trainings(self, variant: str, steps: Sequence[int] = ()) -> list[TrainingJob]:
        plan, made = self.plan, []
        for seed in range(plan.seeds):
            length = steps[seed] if steps else None
            config = training_config(self.cell, variant, seed, steps=length, overrides=plan.overrides)
            path = self._path(f"{variant}-seed{seed}")
            made.append(TrainingJob(self.cell, variant, config, path, plan.instances))
        return made

    def _path(self, name: str) -> Path:
        return self.plan.runs / f"{self.cell.file}-{name}"


def _whole(steps: float, job: TrainingJob) -> int:
    """So many steps in whole iterations, one at least; every variant's are of the same size."""
    iteration = job.config.run.lanes * job.config.run.rollout_steps
    return max(1, round(steps / iteration)) * iteration


def _check(jobs: Sequence[Job]) -> None:
    """Raises TrainingError before anything is done when a directory holds something else."""
    for job in jobs:
        if isinstance(job, TrainingJob):
            job.check()


def _done(job: Job) -> bool:
    """Whether a job would find nothing to do."""
    if isinstance(job, TrainingJob):
        return job.finished and bool(job.measured())
    return isinstance(job, (ClassicsJob, RateJob)) and job.finished


def _written(plan: Plan, records: list[Record], stopped: int) -> Outcome:
    """Write a record for each cell, and the page over all cells that have one."""
    for made in records:
        if _has_figures(made):
            write_record(plan.out / f"{_file(plan, made)}.json", made)
    return Outcome(stopped, records, *write_page(plan.problem, plan.out))


def write_page(name: str, out: Path) -> tuple[list[Record], Path]:
    """Write the page of a problem, of the records that are there; returns these and the page."""
    files = [out / f"{cell.file}.json" for cell in problem(name).cells]
    every = [read_record(file) for file in files if file.exists()]
    target = out / f"{name}.md"
    for made in every:
        made["aims"] = aims(made)
    if every:
        write_atomically(target, page(every).encode())
    return every, target


def _file(plan: Plan, made: Mapping[str, Any]) -> str:
    return Cell(problem(plan.problem).name, made["n"], made["k"]).file


def _has_figures(made: Mapping[str, Any]) -> bool:
    return bool(made["players"]) or any("value" in one for one in made["variants"].values())
