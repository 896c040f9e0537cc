"""The comparison itself: train every variant with its baselines, and note what they do."""

import json
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from gamemeta.agent.file import AgentFile, read_agent
from gamemeta.agent.runtime import Agent
from gamemeta.bench.act import act
from gamemeta.bench.figure import Effort
from gamemeta.evaluation.baselines import Baselines
from gamemeta.evaluation.evaluation import usual_levels
from gamemeta.evaluation.study import evaluate_study
from gamemeta.evaluation.watch import Watch
from gamemeta.files import write_atomically
from gamemeta.interrupts import Interrupted
from gamemeta.studies.budget import speeds
from gamemeta.studies.record import Record
from gamemeta.studies.variant import Variant
from gamemeta.training.baselines import RESET_TRAINED, REVEALED, baseline, can_reveal
from gamemeta.training.config import TrainConfig
from gamemeta.training.observer import Observer
from gamemeta.training.run_directory import RunDirectory
from gamemeta.training.session import begin, resume, train

SECONDS = "seconds.json"
"""In the folder of a run: what its training has taken."""
DECISIONS = Effort(repeats=5, seconds=0.1)

Screen = Callable[[str], AbstractContextManager[Observer]]
"""Follows the training of this name."""


def compare(
    record: Record, variants: Sequence[Variant], screen: Screen, watch: Callable[[str], Watch]
) -> None:
    """Fill the rows of a study; what is there already is kept, and half a training is gone on with.

    Args:
        record: of the study; saved after every variant.
        variants: in the order of the table.
        screen: shows trainings.
        watch: shows the test of a variant, by its name.
    Raises:
        GamemetaError: a variant that cannot be trained; before anything is trained where its settings say so.
        Interrupted: it was stopped.
    """
    plan = record.plan
    configs = {one.name: one.config(plan.game, plan.overrides, 0, plan.steps) for one in variants}
    unknown = {name: configs[name] for name in configs if name not in record.speeds}
    if plan.minutes is not None and unknown:
        record.speeds |= {name: round(speed) for name, speed in speeds(unknown).items()}
        record.save()
    for variant in variants:
        if variant.name not in record.rows:
            record.rows[variant.name] = _row(record, variant, screen, watch(variant.name))
            record.save()


def _row(record: Record, variant: Variant, screen: Screen, watch: Watch) -> dict[str, Any]:
    """Findings on one variant."""
    plan = record.plan
    files, seconds = [], []
    for seed in range(plan.seeds):
        config = variant.config(plan.game, plan.overrides, seed, _steps(record, variant))
        file, took = _trained(record.path / f"{variant.folder}-{seed}", config, screen, variant.name, seed)
        files.append(file)
        seconds.append(round(took, 1))
    cache = record.path / "baselines"
    study = evaluate_study(
        files,
        baselines=(lambda file: _baselines(file, cache, screen, variant.name)) if plan.baselines else None,
        levels=plan.levels or usual_levels(variant.config(plan.game, plan.overrides, 0).setup),
        watch=watch,
        fine_tuning=False,
    )
    first = files[0]
    report = act(Agent(first), variant.name, DECISIONS)
    return {
        "learner": variant.learner,
        "cell": first.network.get("cell", ""),
        "steps": first.training["steps"],
        "seconds": seconds,
        "parameters": sum(weights.size for weights in first.weights.values()),
        "bytes": (record.path / f"{variant.folder}-0" / "agent.safetensors").stat().st_size,
        "us_per_decision": report.figures["us_per_call"].to_json(),
        "commit": first.training.get("commit", ""),
        "result": study.to_json(),
    }


def _steps(record: Record, variant: Variant) -> int | None:
    """Steps of each training of a variant."""
    if record.plan.minutes is None:
        return record.plan.steps
    return max(1, round(60 * record.plan.minutes * record.speeds[variant.name]))


def _trained(
    path: Path, config: TrainConfig, screen: Screen, name: str, seed: int
) -> tuple[AgentFile, float]:
    """The agent of a run, trained, gone on with or read, and the seconds that its training took."""
    directory, kept = RunDirectory(path), path / SECONDS
    taken = float(json.loads(kept.read_text("utf-8"))) if kept.is_file() else 0.0
    if not directory.table.exists():
        started = directory.checkpoint.exists()
        training, directory = resume(path) if started else begin(config, path)
        with screen(f"{name}, seed {seed}") as observer:
            outcome = train(training, directory, observer)
        taken += outcome.elapsed_s
        write_atomically(kept, json.dumps(taken).encode())
        if outcome.signal:
            raise Interrupted(outcome.signal)
    return read_agent(directory.agent), taken


def _baselines(file: AgentFile, cache: Path, screen: Screen, name: str) -> Baselines:
    """The baselines of an agent, trained, gone on with or read."""
    kinds = [RESET_TRAINED, *([REVEALED] if can_reveal(file) else [])]
    trained = []
    for kind in kinds:
        with screen(f"{name}, {kind}") as observer:
            trained.append(baseline(file, kind, cache, observer))
    return Baselines(*trained)
