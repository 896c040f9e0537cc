"""All figures of a cell as one JSON text: the table is made of nothing else."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from gamemeta.calibration.published import figures
from gamemeta.errors import ConfigError
from gamemeta.files import write_atomically
from gamemeta.reproduction.aims import aims
from gamemeta.reproduction.cells import Cell
from gamemeta.reproduction.classics import DARK, exact_values, yardstick
from gamemeta.reproduction.classics_job import ClassicsJob
from gamemeta.reproduction.instances import AGENT, FIRST_SEED, SPLIT, TUNING_SPLIT, Played, instances, strata
from gamemeta.reproduction.machine import machine, versions
from gamemeta.reproduction.statistics import Estimate, Floats, deviation, mean, ratio
from gamemeta.reproduction.trainings import TrainingJob

FORMAT, VERSION = "gamemeta-reproduction", 1
Record = dict[str, Any]
DIGITS = 5


@dataclass(frozen=True)
class Parts:
    """Parts of a record.

    Args:
        cell: which.
        command: that makes it.
        trainings: by variant, one a seed.
        classics: the players.
        rates: what `rates.RateJob` measured, by variant.
    """

    cell: Cell
    command: str
    trainings: Mapping[str, Sequence[TrainingJob]]
    classics: ClassicsJob
    rates: Mapping[str, dict[str, Any]]


def record(parts: Parts) -> dict[str, Any]:
    """Everything about a cell as plain values; variants and players that were not played are left out."""
    cell = parts.cell
    levels = instances(cell, parts.classics.instances)
    groups, players = strata(levels), parts.classics.measured() or {}
    reference = players.get(yardstick(cell))
    judge = _Judge(groups, None if reference is None else reference.total)
    made: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "problem": cell.problem,
        "cell": cell.text,
        "n": cell.n,
        "k": cell.k,
        "command": parts.command,
        "date": datetime.now(UTC).date().isoformat(),
        "machine": machine(),
        "versions": versions(),
        "instances": {
            "count": len(levels),
            "split": SPLIT,
            "first_seed": FIRST_SEED,
            "distinct": len(levels) if groups is None else int(groups.max()) + 1,
            "tuned_on": f"{parts.classics.tuned_on:,} instances of the split {TUNING_SPLIT}",
        },
        "variants": {name: judge.variant(jobs) for name, jobs in parts.trainings.items()},
        "rates": dict(parts.rates),
        "players": {name: judge.player(played) for name, played in players.items()},
        "yardstick": yardstick(cell),
        "exact": {name: round(value, DIGITS) for name, value in exact_values(cell, levels).items()},
        "published": [asdict(f) for f in _published(cell)],
    }
    made["aims"] = aims(made)
    return made


@dataclass(frozen=True)
class _Judge:
    """Turns what was played into figures, beside the yardstick on the same instances."""

    groups: Any
    reference: Floats | None

    def player(self, played: Played) -> dict[str, Any]:
        figures: dict[str, Any] = {
            **self._totals(played.total),
            "curve": [_estimate(e) for e in played.curve],
        }
        return {**figures, "parameters": played.parameters} if played.parameters else figures

    def variant(self, jobs: Sequence[TrainingJob]) -> dict[str, Any]:
        """Each seed, and all seeds together: the instances are the same for all of them."""
        runs = [self._run(job) for job in jobs]
        reached = [job.measured() for job in jobs]
        there = [played[AGENT] for played in reached if played]
        settings = json.loads(json.dumps(jobs[0].config.to_json()))
        figures: dict[str, Any] = {"settings": settings, "steps": jobs[0].config.run.steps, "runs": runs}
        if there:
            figures |= self._totals(np.mean([played.total for played in there], axis=0))
            between = deviation([float(played.total.mean()) for played in there])
            figures["spread"] = None if between is None else round(between, DIGITS)
            episodes = list(zip(*(played.curve for played in there), strict=True))
            figures["curve"] = [_together(episode) for episode in episodes]
            if between is not None:
                by_episode = [deviation([e.value for e in episode]) for episode in episodes]
                figures["curve_spread"] = [round(value or 0.0, DIGITS) for value in by_episode]
            names = [name for name in next(filter(None, reached)) if name != AGENT]
            figures["controls"] = {
                name: self._control([played[name] for played in reached if played]) for name in names
            }
        return figures

    def _control(self, seeds: Sequence[Played]) -> dict[str, Any]:
        episodes = zip(*(played.curve for played in seeds), strict=True)
        runs = [
            {**self._totals(played.total), "curve": [_estimate(e) for e in played.curve]} for played in seeds
        ]
        total = self._totals(np.mean([played.total for played in seeds], axis=0))
        return {**total, "curve": [_together(episode) for episode in episodes], "runs": runs}

    def _run(self, job: TrainingJob) -> dict[str, Any]:
        agent, played = job.agent(), job.measured().get(AGENT)
        facts: dict[str, Any] = {
            "seed": job.config.run.seed,
            "steps": 0,
            "of_steps": job.config.run.steps,
            "finished": job.finished,
        }
        if agent is None:
            return facts
        facts |= {
            "steps": agent.training.get("steps", 0),
            "seconds": round(job.seconds(), 1),
            "agent": agent.digest,
            "commit": agent.training.get("commit", ""),
            "weights": sum(w.size for w in agent.weights.values()),
        }
        if played is not None:
            facts |= {**self._totals(played.total), "curve": [_estimate(e) for e in played.curve]}
        return facts

    def _totals(self, total: Floats) -> dict[str, Any]:
        figures: dict[str, Any] = _estimate(mean(total, self.groups))
        if self.reference is not None and len(self.reference) == len(total):
            figures["share"] = _estimate(ratio(total, self.reference, self.groups))
        return figures


def _estimate(estimate: Estimate) -> dict[str, float]:
    return {"value": round(estimate.value, DIGITS), "error": round(estimate.error, DIGITS)}


def _together(seeds: Sequence[Estimate]) -> dict[str, float]:
    """The mean over seeds that played the same instances; its error is that of one of them, at most."""
    return _estimate(
        Estimate(float(np.mean([e.value for e in seeds])), float(np.mean([e.error for e in seeds])))
    )


def _published(cell: Cell) -> list[Any]:
    if cell.problem in DARK or cell.problem == "alchemy":
        return []
    published = figures(cell.problem, cell.n, cell.k)  # type: ignore[arg-type]
    if cell.problem == "mdp":
        published = [*published, *figures("mdp_normalised", cell.n)]
    if cell.problem == "grid":
        published = figures("grid")
    return published


def write_record(path: Path, made: Mapping[str, Any]) -> None:
    """Write a record atomically.

    Raises:
        OSError: it cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, (json.dumps(made, indent=1, ensure_ascii=False) + "\n").encode())


def read_record(path: Path) -> dict[str, Any]:
    """A record that `write_record` wrote.

    Raises:
        ConfigError: it cannot be read, or is none of this version.
    """
    try:
        made = json.loads(path.read_text(encoding="utf-8"))
        if (made["format"], made["version"]) != (FORMAT, VERSION):
            raise ValueError(f"version {made['version']} of {made['format']}")
        return dict(made)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConfigError(
            f"{path}: this is no record of a reproduction ({error}). Delete it and run the command again."
        ) from error
