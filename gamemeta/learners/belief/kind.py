"""The learner of beliefs as the registry of learners has it."""

from gamemeta.errors import ConfigError
from gamemeta.learners.belief.config import BeliefConfig
from gamemeta.learners.belief.learner import BeliefLearner
from gamemeta.learners.device import CPU
from gamemeta.learners.meta_learner import LearnerSetup
from gamemeta.learners.registry import LearnerKind
from gamemeta.learners.rl2.kind import make_policy
from gamemeta.learners.rl2.restore import memory_learner


def make_belief(config: BeliefConfig, setup: LearnerSetup) -> BeliefLearner:
    """The meta-learner of a training.

    Raises:
        ConfigError: there is no latent, the game has several seats, or a GPU is asked for.
    """
    if not setup.network.latent:
        raise ConfigError("network.latent = 0: the learner belief infers a latent. Give it 16 numbers, say.")
    if setup.game.seats > 1:
        raise ConfigError("the learner belief plays games of one seat. Take run.learner=rl2 for others.")
    if setup.device != CPU:
        raise ConfigError(f"run.device = {setup.device!r}: the learner belief computes on the cpu alone.")
    policy = make_policy(
        setup,
        labels=max(config.label_weight, config.guide_weight) > 0,
        rewards=config.reward_weight > 0,
        beliefs=config.belief_weight > 0 and bool(setup.game.facts),
    )
    guide = setup.game.about.guide
    return BeliefLearner(policy, config, seed=setup.seed, memory=setup.memory, guide=guide)


BELIEF = LearnerKind(
    section="belief",
    config=BeliefConfig,
    make=make_belief,
    restore=memory_learner,
    like="ppo",
    needs={"network": {"cell": "mingru", "latent": 16}},
)
