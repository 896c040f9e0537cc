"""An agent beside the baselines of its own budget, played on the same levels."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from gamemeta.agent.file import AgentFile
from gamemeta.errors import ConfigError
from gamemeta.evaluation.evaluation import Evaluation, evaluate_agent
from gamemeta.evaluation.fine_tuning import fine_tuned
from gamemeta.evaluation.statistics.adaptation import judge
from gamemeta.evaluation.statistics.scores import Arm, curves
from gamemeta.games.setup import GameSetup
from gamemeta.learners.fine_tuning import FineTuner
from gamemeta.learners.from_file import kind_of
from gamemeta_levels.families.level_set import LevelSet

FINE_TUNED_LEVELS = 64
"""Number of levels that fine-tuning is played on; it begins anew on each of them."""


@dataclass(frozen=True)
class Baselines:
    """The two agents that an agent is compared with."""

    reset_trained: AgentFile
    revealed: AgentFile


Trainer = Callable[[AgentFile], Baselines]
"""Trains the baselines of an agent, or reads them."""


def beside_baselines(
    agent: Evaluation, baselines: Baselines, level_set: LevelSet | None = None
) -> Evaluation:
    """An agent's evaluation with its baselines on the same levels, and the verdict.

    Args:
        agent: of `evaluate_agent`, with controls.
        baselines: trained with the settings and the budget of the agent.
        level_set: the levels that the agent was evaluated on, where they are not generated.

    Returns: the same players and `reset_trained`, `revealed` and `fine_tuned`: the reset-trained agent
        fine-tuned on each of the first `FINE_TUNED_LEVELS` levels.
    Raises:
        ConfigError: the evaluation has no controls, or the baselines' learner cannot be fine-tuned.
        AgentFileError: a baseline does not fit its game.
    """
    if not {"wiped", "swapped"} <= set(agent.arms):
        raise ConfigError("the agent must be evaluated with its controls to be compared.")
    tuning = kind_of(baselines.reset_trained).fine_tuning
    if tuning is None:
        learner = baselines.reset_trained.learner
        raise ConfigError(f"agents of the learner {learner!r} cannot be fine-tuned. Leave the baselines out.")
    arms = {
        **agent.arms,
        "reset_trained": _played(baselines.reset_trained, agent, level_set),
        "revealed": _played(baselines.revealed, agent, level_set),
        "fine_tuned": _fine_tuned(tuning, baselines.reset_trained, agent),
    }
    return replace(agent, arms=arms, curves=curves(arms), adaptation=judge(arms))


def _played(file: AgentFile, agent: Evaluation, level_set: LevelSet | None) -> Arm:
    result = evaluate_agent(
        file,
        split=agent.split,
        levels=agent.levels,
        episodes=agent.episodes,
        seed=agent.seed,
        controls=False,
        level_set=level_set,
    )
    return result.arms["agent"]


def _fine_tuned(tuning: Callable[[AgentFile], FineTuner], file: AgentFile, agent: Evaluation) -> Arm:
    first = agent.played.take(np.arange(min(FINE_TUNED_LEVELS, agent.levels)))
    setup = GameSetup.of(file)
    setup.check_fits(file.spec)
    return fine_tuned(tuning(file), setup.game(), first, agent.episodes, seed=agent.seed)
