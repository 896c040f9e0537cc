"""Agents that differ in training seed alone, evaluated as one, for tables, JSON, page and figure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from gamemeta.agent.file import AgentFile
from gamemeta.agent.shape.config import NetworkConfig
from gamemeta.evaluation.baselines import Baselines, Trainer, beside_baselines
from gamemeta.evaluation.evaluation import LEVELS, Evaluation, evaluate_agent
from gamemeta.evaluation.statistics.scores import stacked
from gamemeta.evaluation.training_seeds import check_training_seeds, training_seed
from gamemeta.evaluation.watch import Watch
from gamemeta_levels.families.level_set import LevelSet

SHARED = ("random", "par")
"""Players that are the same for every agent."""


@dataclass
class Member:
    """One agent of a study, alone."""

    agent: AgentFile
    evaluation: Evaluation
    baselines: Baselines | None = None

    @property
    def seed(self) -> int | None:
        """Seed that it was trained with; None where its file has none."""
        return training_seed(self.agent)

    @property
    def built_in(self) -> str:
        """Knowledge of the game that its network has by construction; empty for most."""
        network = NetworkConfig.saved(self.agent.network)
        return network.built_in

    def to_json(self) -> dict[str, Any]:
        """Origin of the agent, and its curve, controls, baselines and index."""
        files = self.baselines.files() if self.baselines else {}
        digests = {f"{name}_digest": file.digest for name, file in files.items()}
        about = {k: self.agent.training.get(k) for k in ("steps", "commit", "version")}
        alone = self.evaluation.to_json()
        shared = ("game", "split", "levels", "episodes", "seed", *SHARED)
        scores = {name: value for name, value in alone.items() if name not in shared}
        return {"seed": self.seed, "digest": self.agent.digest, **about, **digests, **scores}


@dataclass
class Study:
    """All agents together, and each alone."""

    evaluation: Evaluation
    """Means over levels and training seeds; records of those that were trained are [seeds, levels, K]."""
    members: list[Member]

    def to_json(self) -> dict[str, Any]:
        """The table of all agents together, and that of each agent under `agents`."""
        return {**self.evaluation.to_json(), "agents": [member.to_json() for member in self.members]}


def evaluate_study(
    files: Sequence[AgentFile],
    *,
    names: Sequence[str] | None = None,
    baselines: Trainer | None = None,
    split: str = "test",
    levels: int = LEVELS,
    episodes: int | None = None,
    seed: int = 0,
    threads: int = 0,
    level_set: LevelSet | None = None,
    watch: Watch | None = None,
    fine_tuning: bool = True,
) -> Study:
    """Evaluate agents of one training, one for each training seed, on the same levels.

    Args:
        files: the agents; those of several differ in training seed alone.
        names: of the agents in errors; their digests if None.
        baselines: gives each agent the baselines to compare it with; called when all agents have been played.
        split, levels, episodes, seed, threads, level_set, watch: as `evaluate_agent`.
        fine_tuning: as `beside_baselines`.
    Raises:
        ConfigError: agents that differ in more than their training seed, or do not differ in it.
        AgentFileError: an agent or baseline was made for another form of its game.
    """
    check_training_seeds(files, names or [file.digest for file in files])
    members = []
    for file in files:
        result = evaluate_agent(
            file,
            split=split,
            levels=levels,
            episodes=episodes,
            seed=seed,
            threads=threads,
            level_set=level_set,
            watch=watch,
        )
        members.append(Member(file, result))
    if baselines is not None:
        trained = [baselines(file) for file in files]
        members = [
            replace(
                one,
                evaluation=beside_baselines(
                    one.evaluation, rivals, level_set, watch, fine_tuning=fine_tuning
                ),
                baselines=rivals,
            )
            for one, rivals in zip(members, trained, strict=True)
        ]
    return Study(pooled([member.evaluation for member in members]), members)


def pooled(evaluations: Sequence[Evaluation]) -> Evaluation:
    """Evaluations on the same levels as one, with intervals over levels and training seeds.

    Raises:
        ConfigError: they were not played on equally many levels and episodes.
    """
    first = evaluations[0]
    arms = {
        name: arm if name in SHARED else stacked([one.arms[name] for one in evaluations])
        for name, arm in first.arms.items()
    }
    settings = tuple(chosen for one in evaluations for chosen in one.fine_tuning)
    return replace(first.with_arms(arms), fine_tuning=settings)
