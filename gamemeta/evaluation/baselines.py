"""An agent beside the baselines of its own budget, played on the same levels."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from gamemeta.agent.file import AgentFile
from gamemeta.errors import ConfigError
from gamemeta.evaluation.evaluation import Evaluation, evaluate_agent
from gamemeta.evaluation.fine_tuning import best_settings, fine_tuned
from gamemeta.evaluation.statistics.scores import Arm
from gamemeta.evaluation.watch import Watch
from gamemeta.games.setup import GameSetup
from gamemeta.learners.fine_tuning import FineTuner, FineTuningConfig
from gamemeta.learners.from_file import kind_of
from gamemeta_levels.families.level_set import LevelSet
from gamemeta_levels.family import generate_arrays

FINE_TUNED_LEVELS = 64
"""Number of levels that fine-tuning is played on; it begins anew on each of them."""
TUNING_LEVELS = 16
"""Number of other levels that the settings of fine-tuning are chosen on."""


@dataclass(frozen=True)
class Baselines:
    """The agents that an agent is compared with."""

    reset_trained: AgentFile
    revealed: AgentFile | None = None
    """None where the game has nothing that it could show."""

    def files(self) -> dict[str, AgentFile]:
        """Those that there are, by name."""
        return {name: file for name, file in vars(self).items() if file is not None}


Trainer = Callable[[AgentFile], Baselines]
"""Trains the baselines of an agent, or reads them."""


def check_comparable(files: Sequence[AgentFile]) -> None:
    """Raises ConfigError for an agent that cannot be compared with baselines: before they are trained."""
    for file in files:
        seats = GameSetup.of(file).game().seats
        if seats > 1:
            raise ConfigError(
                f"the game {file.game!r} has {seats} seats, and baselines are for games with one. Leave them "
                "out, or let agents play each other: gamemeta crossplay."
            )


def beside_baselines(
    agent: Evaluation,
    baselines: Baselines,
    level_set: LevelSet | None = None,
    watch: Watch | None = None,
    *,
    fine_tuning: bool = True,
) -> Evaluation:
    """An agent's evaluation with its baselines on the same levels.

    Args:
        agent: of `evaluate_agent`, with controls.
        baselines: trained with the settings and the budget of the agent.
        level_set: the levels that the agent was evaluated on, where they are not generated.
        watch: shows the progress of what they play.
        fine_tuning: whether to fine-tune, too, where the learner can.

    Returns: the same players and `reset_trained`, `revealed` and `fine_tuned`: the reset-trained agent
        fine-tuned on each of the first `FINE_TUNED_LEVELS` levels.
    Raises:
        ConfigError: the evaluation has no controls, or as `check_comparable`.
        AgentFileError: a baseline does not fit its game.
    """
    if not {"wiped", "swapped"} <= set(agent.arms):
        raise ConfigError("the agent must be evaluated with its controls to be compared.")
    check_comparable([baselines.reset_trained])
    files = baselines.files()
    arms = agent.arms | {name: _played(file, agent, level_set, watch) for name, file in files.items()}
    if not fine_tuning or kind_of(baselines.reset_trained).fine_tuning is None:
        return agent.with_arms(arms)
    arms["fine_tuned"], settings = _fine_tuned(baselines.reset_trained, agent, level_set)
    return replace(agent.with_arms(arms), fine_tuning=(settings,))


def _played(file: AgentFile, agent: Evaluation, level_set: LevelSet | None, watch: Watch | None) -> Arm:
    result = evaluate_agent(
        file,
        split=agent.split,
        levels=agent.levels,
        episodes=agent.episodes,
        seed=agent.seed,
        controls=False,
        level_set=level_set,
        watch=watch,
    )
    return result.arms["agent"]


def _fine_tuned(
    file: AgentFile, agent: Evaluation, level_set: LevelSet | None
) -> tuple[Arm, FineTuningConfig]:
    """The record of an agent that is fine-tuned on the first levels, and the settings that were chosen."""
    setup = GameSetup.of(file)
    setup.check_fits(file.spec)
    tuning = kind_of(file).fine_tuning
    assert tuning is not None, "see `check_comparable`"

    def make(config: FineTuningConfig) -> FineTuner:
        return tuning(file, config)

    game, family = setup.game(), level_set or setup.family()
    split = "train" if agent.split == "validation" or family.count("validation") == 0 else "validation"
    count = min(TUNING_LEVELS, family.count(split) or TUNING_LEVELS)
    others = generate_arrays(family, range(count), split)
    settings = best_settings(make, game, others, agent.episodes, seed=agent.seed)
    first = agent.played.take(np.arange(min(FINE_TUNED_LEVELS, agent.levels)))
    return fine_tuned(make(settings), game, first, agent.episodes, seed=agent.seed), settings
