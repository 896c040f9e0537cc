"""Conversion between the network in torch and the weights in an agent file."""

import numpy as np
import torch

from gamemeta.agent.file import AgentFile, Weights
from gamemeta.agent.reference.network import Network
from gamemeta.agent.shape.config import NetworkConfig
from gamemeta.errors import AgentFileError
from gamemeta.networks.policy import MemoryPolicy

TRAINING_ONLY = ("label_heads.", "reward_head.", "choice_reward", "choice_scores.reward", "belief_heads.")
"""What the names of weights that acting does not need begin with."""


def weights_of(policy: MemoryPolicy) -> Weights:
    """A copy of all weights by name, float32."""
    return {name: x.detach().numpy().astype(np.float32) for name, x in policy.state_dict().items()}


def load_weights(policy: MemoryPolicy, weights: Weights) -> None:
    """Put an agent's weights into a network of the same shape.

    Heads that predict labels, rewards and hidden facts may be missing on either side: they are not part of
    acting.

    Raises:
        AgentFileError: other weights are missing, or of another shape.
    """
    current = policy.state_dict()
    loaded = {k: torch.from_numpy(v.copy()) for k, v in weights.items() if k in current}
    missing = [k for k in current if k not in loaded and not k.startswith(TRAINING_ONLY)]
    wrong = [k for k, v in loaded.items() if v.shape != current[k].shape]
    if missing or wrong:
        raise AgentFileError(
            f"these weights do not fit the network: {', '.join((missing + wrong)[:4])}. "
            "Keep the game's view and the network's shape as they were trained."
        )
    policy.load_state_dict({**current, **loaded})


def policy_of(agent: AgentFile) -> MemoryPolicy:
    """The network of an agent file, with its weights.

    Raises:
        AgentFileError: the weights do not fit the shape that the file states.
    """
    Network(agent)  # says which weight is missing or misshapen
    config = NetworkConfig.saved(agent.network)
    policy = MemoryPolicy(agent.spec, config, labels={}, facts=agent.facts)
    load_weights(policy, agent.weights)
    return policy
