"""Learners by name: their settings, how they are made, and how their agents are taken up again."""

from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from gamemeta.agent.file import MAML, RL2, AgentFile
from gamemeta.errors import UnknownName
from gamemeta.games.about import Recipe
from gamemeta.learners.config import LearnerConfig
from gamemeta.learners.fine_tuning import FineTuner, FineTuningConfig
from gamemeta.learners.meta_learner import LearnerSetup, MetaLearner
from gamemeta.trials.task_learner import TaskLearner


@dataclass(frozen=True, kw_only=True)
class LearnerKind:
    """A meta-learner and the task learner that it trains."""

    section: str
    """Name of its section of settings."""
    config: type[LearnerConfig]
    """Its settings."""
    make: Callable[[Any, LearnerSetup], MetaLearner]
    """A new one out of its settings."""
    restore: Callable[[AgentFile], TaskLearner]
    """The task learner of an agent file. Raises AgentFileError where the weights do not fit."""
    fine_tuning: Callable[[AgentFile, FineTuningConfig], FineTuner] | None = None
    """Fine-tunes an agent's weights on one level, as a baseline; None for learners that cannot."""
    like: str = ""
    """Section of a game's recipe whose settings suit this learner, too."""
    needs: Recipe = field(default_factory=dict)
    """Settings that it takes in any game, whatever the game's recipe has."""
    has_cells: bool = True
    """Whether its networks have memory cells, so that `network.cell` says something."""
    whole_trials: bool = False
    """Whether its rollouts are whole trials; `run.rollout_steps` then is a trial's length by default."""
    imitates: bool = False
    """Whether it clones demonstrations and follows an agent: see `gamemeta.learners.imitation`."""
    recipe: Recipe = field(default_factory=dict)
    """Settings that suit it better than the defaults, where a game has none of its own."""


LEARNERS: dict[str, str] = {
    RL2: "gamemeta.learners.rl2.kind:RL2",
    MAML: "gamemeta.learners.maml.kind:MAML_KIND",
    "belief": "gamemeta.learners.belief.kind:BELIEF",
}
"""Where each learner's `LearnerKind` is: module:name. A new learner is a row here."""


def learner_kind(name: str) -> LearnerKind:
    """The learner of this name.

    Raises:
        UnknownName: with the names that exist.
    """
    if name not in LEARNERS:
        raise UnknownName(f"no learner called {name!r}. Choose one of: {', '.join(LEARNERS)}.")
    module, _, attribute = LEARNERS[name].partition(":")
    kind: LearnerKind = getattr(import_module(module), attribute)
    return kind
