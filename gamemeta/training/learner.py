"""The meta-learner of a training."""

from gamemeta.games.game import Game
from gamemeta.learners.meta_learner import LearnerSetup, MetaLearner
from gamemeta.learners.registry import learner_kind
from gamemeta.training.config import TrainConfig


def new_learner(config: TrainConfig, game: Game) -> MetaLearner:
    """The learner that the settings name, with random weights drawn from the run's seed.

    Args:
        config: all settings.
        game: one game of the training.
    Raises:
        ConfigError: this machine has no `run.device`; or the learner's settings do not suit the game.
    """
    setup = LearnerSetup(
        game=game,
        network=config.network,
        memory=config.trial.memory,
        seed=config.run.seed,
        device=config.run.device,
    )
    return learner_kind(config.run.learner).make(config.learner, setup)
