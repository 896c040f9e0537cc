"""An agent beside the baselines of its own budget: room, adaptation index, and fine-tuning."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from gamemeta.agent.file import AgentFile
from gamemeta.errors import ConfigError
from gamemeta.evaluation.adaptation import Adaptation, judge
from gamemeta.evaluation.evaluation import Evaluation, evaluate_agent
from gamemeta.evaluation.fine_tuning import fine_tuned
from gamemeta.evaluation.scores import Arm, Curve, curves
from gamemeta.games.restore import restored_game
from gamemeta.networks.restore import policy_of

FINE_TUNED_LEVELS = 64
"""Levels that fine-tuning is played on: it learns on each of them anew."""


@dataclass
class Comparison:
    """An agent's evaluation with those of its baselines on the same levels."""

    agent: Evaluation
    reset_trained: Evaluation
    revealed: Evaluation
    fine_tuned: Curve
    """The reset-trained agent fine-tuned on each of the first levels."""
    adaptation: Adaptation

    def to_json(self) -> dict[str, Any]:
        """The agent's table, and beside it the baselines."""
        return {
            **self.agent.to_json(),
            "reset_trained": self.reset_trained.curves["agent"].to_json(),
            "revealed": self.revealed.curves["agent"].to_json(),
            "fine_tuned": self.fine_tuned.to_json(),
            "adaptation": asdict(self.adaptation),
        }


def compare(agent: Evaluation, reset_trained: AgentFile, revealed: AgentFile) -> Comparison:
    """Play the baselines on the levels of an agent's evaluation, and judge.

    Raises:
        ConfigError: the evaluation has no controls.
        AgentFileError: a baseline does not fit its game.
    """
    if not {"wiped", "swapped"} <= set(agent.arms):
        raise ConfigError("the agent must be evaluated with its controls to be compared.")

    def played(file: AgentFile) -> Evaluation:
        return evaluate_agent(
            file, split=agent.split, levels=agent.levels, episodes=agent.episodes, seed=agent.seed
        )

    reset, told = played(reset_trained), played(revealed)
    return Comparison(
        agent=agent,
        reset_trained=reset,
        revealed=told,
        fine_tuned=_fine_tuned(agent, reset_trained),
        adaptation=judge(agent.arms, reset.arms, told.arms),
    )


def _fine_tuned(agent: Evaluation, reset_trained: AgentFile) -> Curve:
    rows = np.arange(min(FINE_TUNED_LEVELS, agent.levels))
    game = restored_game(reset_trained.game, reset_trained.game_config, 1, reset_trained.spec)
    tuned = fine_tuned(
        policy_of(reset_trained), game, agent.played.take(rows), agent.episodes, seed=agent.seed
    )
    scale = {
        name: Arm(arm.returns[rows], arm.steps[rows], arm.success[rows])
        for name, arm in agent.arms.items()
        if name in ("random", "par")
    }
    return curves({"fine-tuned": tuned, **scale})["fine-tuned"]
