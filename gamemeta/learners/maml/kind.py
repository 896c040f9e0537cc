"""MAML as the registry of learners has it."""

import numpy as np
import torch

from gamemeta.agent.file import AgentFile
from gamemeta.agent.gradient.network import GradientNetwork
from gamemeta.agent.gradient.shape import DISCOUNT, RATES, GradientShape
from gamemeta.agent.shape.config import NetworkConfig
from gamemeta.errors import ConfigError
from gamemeta.learners.device import CPU
from gamemeta.learners.maml.config import FIXED, LEARNED, MAMLConfig
from gamemeta.learners.maml.maml import MAML
from gamemeta.learners.maml.task_learner import GradientLearner
from gamemeta.learners.maml.weights import MAMLWeights
from gamemeta.learners.meta_learner import LearnerSetup
from gamemeta.learners.registry import LearnerKind
from gamemeta.trials.streams import Stream, trial_seeds


def make_maml(config: MAMLConfig, setup: LearnerSetup) -> MAML:
    """The meta-learner of a training, with random weights drawn from the run's seed.

    Raises:
        ConfigError: gradients on a GPU, or observations that it cannot take.
    """
    if setup.device != CPU:
        raise ConfigError(
            f"run.device = {setup.device!r}: the learner maml computes gradients on the CPU. Give 'cpu'."
        )
    seed = trial_seeds(setup.seed, Stream.WEIGHTS, np.zeros(1, np.int64))[0]
    torch.manual_seed(int(seed) >> 1)
    return MAML(GradientShape.of(setup.game.spec, setup.network), config, memory=setup.memory)


def gradient_learner(file: AgentFile) -> GradientLearner:
    """The task learner of an agent file.

    Raises:
        AgentFileError: the weights do not fit the shape that the file states.
    """
    GradientNetwork(file)  # says which weight is missing or misshapen
    shape = GradientShape.of(file.spec, NetworkConfig.saved(file.network))
    fixed = all(file.weights[RATES + name].shape == (1,) for name in shape.policy())
    config = MAMLConfig(inner_rates=FIXED if fixed else LEARNED, discount=float(file.weights[DISCOUNT][0]))
    weights = MAMLWeights(shape, config)
    statistics = {k: v.dtype for k, v in weights.state_dict().items()}
    weights.load_state_dict({k: v.astype(statistics[k]) for k, v in file.weights.items() if k in statistics})
    return GradientLearner(weights, memory=file.memory)


MAML_KIND = LearnerKind(
    section="maml",
    config=MAMLConfig,
    make=make_maml,
    restore=gradient_learner,
    has_cells=False,
    whole_trials=True,
    recipe={"trial": {"long_share": 0.0}, "network": {"width": 64}},
)
