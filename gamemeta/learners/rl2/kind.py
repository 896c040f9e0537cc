"""RL^2 as the registry of learners has it."""

import numpy as np
import torch

from gamemeta.errors import ConfigError
from gamemeta.learners.device import device_of
from gamemeta.learners.meta_learner import LearnerSetup
from gamemeta.learners.registry import LearnerKind
from gamemeta.learners.rl2.config import PPOConfig
from gamemeta.learners.rl2.fine_tuner import fine_tuning
from gamemeta.learners.rl2.ppo import PPO
from gamemeta.learners.rl2.restore import memory_learner
from gamemeta.networks.policy import MemoryPolicy
from gamemeta.trials.streams import Stream, trial_seeds


def make_policy(
    setup: LearnerSetup, *, labels: bool = False, rewards: bool = False, beliefs: bool = False
) -> MemoryPolicy:
    """A network with random weights, drawn from the run's seed.

    Args:
        setup: game, network and seed.
        labels: whether heads predict the game's labels.
        rewards: whether a head predicts rewards.
        beliefs: whether heads predict the game's hidden facts.
    Raises:
        ConfigError: the game names no hidden facts.
    """
    seed = trial_seeds(setup.seed, Stream.WEIGHTS, np.zeros(1, np.int64))[0]
    torch.manual_seed(int(seed) >> 1)
    game = setup.game
    if beliefs and not game.facts:
        raise ConfigError(
            f"ppo.belief_weight: the game {game.name!r} names no hidden facts to have beliefs about. "
            "Leave it at 0."
        )
    return MemoryPolicy(
        game.spec,
        setup.network,
        game.labels if labels else {},
        rewards=rewards,
        facts=game.facts if beliefs else None,
    )


def make_ppo(config: PPOConfig, setup: LearnerSetup) -> PPO:
    """The meta-learner of a training.

    Raises:
        ConfigError: this machine has no such device; or the settings do not suit the game.
    """
    labels = max(config.label_weight, config.guide_weight) > 0
    return PPO(
        make_policy(setup, labels=labels, rewards=config.reward_weight > 0, beliefs=config.belief_weight > 0),
        config,
        memory=setup.memory,
        guide=setup.game.about.guide,
        device=device_of(setup.device),
    )


RL2 = LearnerKind(
    section="ppo",
    config=PPOConfig,
    make=make_ppo,
    restore=memory_learner,
    fine_tuning=fine_tuning,
    imitates=True,
)
