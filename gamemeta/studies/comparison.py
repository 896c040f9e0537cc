"""The comparison itself: train every variant with its baselines, and note what they do."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from gamemeta.agent.file import AgentFile, read_agent
from gamemeta.agent.runtime import Agent
from gamemeta.bench.act import act
from gamemeta.bench.figure import Effort
from gamemeta.evaluation.baselines import Baselines
from gamemeta.evaluation.evaluation import MOST_LEVELS, usual_levels
from gamemeta.evaluation.study import Study, evaluate_study
from gamemeta.evaluation.training_seeds import training_seed
from gamemeta.evaluation.watch import Watch
from gamemeta.games.setup import GameSetup
from gamemeta.interrupts import Interrupted
from gamemeta.studies.budget import speeds
from gamemeta.studies.record import FIRST, NONE, Record
from gamemeta.studies.stopwatch import Stopwatch, seconds_of
from gamemeta.studies.trainable import check_baselines, refusals
from gamemeta.studies.variant import Variant
from gamemeta.training.baselines import RESET_TRAINED, REVEALED, baseline, can_reveal
from gamemeta.training.observer import Observer
from gamemeta.training.run_directory import RunDirectory
from gamemeta.training.session import begin, resume, train
from gamemeta_levels.families.level_set import LevelSet

BASELINES_OF_FIRST = ("reset_trained", "revealed")
GLANCE = 64
"""Test levels of the table that a training of a study ends with; the study plays its own."""
DECISIONS = Effort(repeats=5, seconds=0.1)

Screen = Callable[[str], AbstractContextManager[Observer]]
"""Follows the training of this name."""


def compare(
    record: Record,
    variants: Sequence[Variant],
    screen: Screen,
    watch: Callable[[str], Watch],
    level_set: LevelSet | None = None,
) -> None:
    """Fill the rows of a study; what is there already is kept, and half a training is gone on with.

    Args:
        record: of the study; saved after every variant.
        variants: in the order of the table.
        screen: shows trainings.
        watch: shows the test of a variant, by its name.
        level_set: the levels, where they are not generated.
    Raises:
        GamemetaError: no variant can be trained, or the game fails; before anything is trained where the
            settings say so.
        Interrupted: it was stopped.
    """
    plan = record.plan
    new = [one for one in variants if one.name not in record.rows]
    configs = {one.name: one.config(plan.game, plan.overrides, 0, plan.steps) for one in new}
    for config in configs.values():
        check_baselines(plan, config)
    record.refused = refusals(configs, level_set, record.refused)
    trained = [one for one in new if one.name not in record.refused]
    unknown = {one.name: configs[one.name] for one in trained if one.name not in record.speeds}
    if plan.minutes is not None and unknown:
        record.speeds |= {name: round(speed) for name, speed in speeds(unknown, level_set).items()}
    record.save()
    for variant in trained:
        first = next(map(Variant.named, record.rows), variant)
        trainer = _Trainer(record, first, screen, level_set)
        record.rows[variant.name] = trainer.row(variant, watch(variant.name))
        record.save()


@dataclass(frozen=True)
class _Trainer:
    """Trains and tests variants.

    Args:
        record: of the study.
        first: the variant whose baselines may be those of all.
        screen: shows trainings.
        level_set: the levels, where they are not generated.
    """

    record: Record
    first: Variant
    screen: Screen
    level_set: LevelSet | None

    def row(self, variant: Variant, watch: Watch) -> dict[str, Any]:
        """Findings on one variant."""
        plan, seconds, files = self.record.plan, [], []
        for seed in range(plan.seeds):
            file, took = self._trained(variant, seed)
            files.append(file)
            seconds.append(None if took is None else round(took, 1))
        usual = MOST_LEVELS if self.level_set else usual_levels(GameSetup.of(files[0]))
        study = evaluate_study(
            files,
            baselines=None if plan.baselines == NONE else lambda file: self._baselines(variant, file),
            levels=plan.levels or usual,
            level_set=self.level_set,
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
            "bytes": self._directory(variant, 0).agent.stat().st_size,
            "us_per_decision": report.figures["us_per_call"].to_json(),
            "commit": file.training.get("commit", ""),
            "result": self._result(study),
        }

    def _result(self, study: Study) -> dict[str, Any]:
        """All curves; the verdict leaves out baselines that another variant's network has learned to be."""
        result = study.to_json()
        if self.record.plan.baselines == FIRST:
            arms = {k: arm for k, arm in study.evaluation.arms.items() if k not in BASELINES_OF_FIRST}
            result["verdict"] = study.evaluation.with_arms(arms).to_json()["verdict"]
        return result

    def _trained(self, variant: Variant, seed: int) -> tuple[AgentFile, float | None]:
        """The agent of a run, trained, gone on with or read, and the processor seconds of its training."""
        plan, directory = self.record.plan, self._directory(variant, seed)
        config = variant.config(plan.game, plan.overrides, seed, self._steps(variant))
        if not directory.table.exists():
            started, new = directory.checkpoint.exists(), (config, directory.path, None, self.level_set)
            training, directory = resume(directory.path) if started else begin(*new)
            with self.screen(f"{variant.name}, seed {seed}") as observer:
                stopwatch = Stopwatch(observer, directory.path)
                outcome = train(training, directory, stopwatch, test_levels=GLANCE)
            stopwatch.save()
            if outcome.signal:
                raise Interrupted(outcome.signal)
        file = read_agent(directory.agent)
        per_iteration = config.run.lanes * config.run.rollout_steps
        return file, seconds_of(directory.path, file.training["steps"] // per_iteration)

    def _baselines(self, variant: Variant, of: AgentFile) -> Baselines:
        """The baselines of an agent, trained, gone on with or read."""
        variant = self.first if self.record.plan.baselines == FIRST else variant
        seed, cache = training_seed(of) or 0, self.record.path / "baselines"
        file = read_agent(self._directory(variant, seed).agent)
        kinds = [RESET_TRAINED, *([REVEALED] if can_reveal(file) else [])]
        trained = []
        for kind in kinds:
            with self.screen(f"{variant.name}, seed {seed}, {kind}") as observer:
                trained.append(baseline(file, kind, cache, observer, self.level_set, test_levels=GLANCE))
        return Baselines(*trained)

    def _steps(self, variant: Variant) -> int | None:
        """Steps of each training of a variant."""
        plan = self.record.plan
        if plan.minutes is None:
            return plan.steps
        return max(1, round(60 * plan.minutes * self.record.speeds[variant.name]))

    def _directory(self, variant: Variant, seed: int) -> RunDirectory:
        """The folder of a training."""
        return RunDirectory(self.record.path / f"{variant.folder}-{seed}")
