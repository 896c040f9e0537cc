"""The comparison itself: train every variant with its baselines, and note what they do."""

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
from gamemeta.evaluation.training_seeds import training_seed
from gamemeta.evaluation.watch import Watch
from gamemeta.interrupts import Interrupted
from gamemeta.studies.budget import speeds
from gamemeta.studies.record import FIRST, NONE, Record
from gamemeta.studies.stopwatch import Stopwatch, seconds_of
from gamemeta.studies.variant import Variant
from gamemeta.training.baselines import RESET_TRAINED, REVEALED, baseline, can_reveal
from gamemeta.training.config import TrainConfig
from gamemeta.training.observer import Observer
from gamemeta.training.run_directory import RunDirectory
from gamemeta.training.session import begin, resume, train

GLANCE = 64
"""Test levels of the table that a training of a study ends with; the study plays its own."""
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
    first = next(map(Variant.named, record.rows), variants[0])
    for variant in variants:
        if variant.name not in record.rows:
            record.rows[variant.name] = _row(record, variant, first, screen, watch(variant.name))
            record.save()


def _row(record: Record, variant: Variant, first: Variant, screen: Screen, watch: Watch) -> dict[str, Any]:
    """Findings on one variant; `first` is the one whose baselines may be those of all."""
    plan = record.plan
    files, seconds = [], []
    for seed in range(plan.seeds):
        config = variant.config(plan.game, plan.overrides, seed, _steps(record, variant))
        file, took = _trained(_run(record, variant, seed), config, screen, variant.name, seed)
        files.append(file)
        seconds.append(None if took is None else round(took, 1))
    compared = first if plan.baselines == FIRST else variant

    def baselines(file: AgentFile) -> Baselines:
        return _baselines(record, compared, training_seed(file) or 0, screen)

    study = evaluate_study(
        files,
        baselines=None if plan.baselines == NONE else baselines,
        levels=plan.levels or usual_levels(variant.config(plan.game, plan.overrides, 0).setup),
        watch=watch,
        fine_tuning=False,
    )
    file = files[0]
    report = act(Agent(file), variant.name, DECISIONS)
    return {
        "learner": variant.learner,
        "cell": file.network.get("cell", ""),
        "steps": file.training["steps"],
        "seconds": seconds,
        "parameters": sum(weights.size for weights in file.weights.values()),
        "bytes": RunDirectory(_run(record, variant, 0)).agent.stat().st_size,
        "us_per_decision": report.figures["us_per_call"].to_json(),
        "commit": file.training.get("commit", ""),
        "result": study.to_json(),
    }


def _run(record: Record, variant: Variant, seed: int) -> Path:
    """The folder of a training."""
    return record.path / f"{variant.folder}-{seed}"


def _steps(record: Record, variant: Variant) -> int | None:
    """Steps of each training of a variant."""
    if record.plan.minutes is None:
        return record.plan.steps
    return max(1, round(60 * record.plan.minutes * record.speeds[variant.name]))


def _trained(
    path: Path, config: TrainConfig, screen: Screen, name: str, seed: int
) -> tuple[AgentFile, float | None]:
    """The agent of a run, trained, gone on with or read, and the processor seconds of its training."""
    directory = RunDirectory(path)
    if not directory.table.exists():
        started = directory.checkpoint.exists()
        training, directory = resume(path) if started else begin(config, path)
        with screen(f"{name}, seed {seed}") as observer:
            stopwatch = Stopwatch(observer, path)
            outcome = train(training, directory, stopwatch, test_levels=GLANCE)
        stopwatch.save()
        if outcome.signal:
            raise Interrupted(outcome.signal)
    file = read_agent(directory.agent)
    per_iteration = config.run.lanes * config.run.rollout_steps
    return file, seconds_of(path, file.training["steps"] // per_iteration)


def _baselines(record: Record, variant: Variant, seed: int, screen: Screen) -> Baselines:
    """The baselines of a variant's training, trained, gone on with or read."""
    file = read_agent(RunDirectory(_run(record, variant, seed)).agent)
    kinds = [RESET_TRAINED, *([REVEALED] if can_reveal(file) else [])]
    trained, cache = [], record.path / "baselines"
    for kind in kinds:
        with screen(f"{variant.name}, seed {seed}, {kind}") as observer:
            trained.append(baseline(file, kind, cache, observer, test_levels=GLANCE))
    return Baselines(*trained)
