"""Agents of RL^2 out of their files."""

from gamemeta.agent.file import AgentFile
from gamemeta.agent.shape.config import NetworkConfig
from gamemeta.errors import AgentFileError
from gamemeta.learners.rl2.memory_learner import MemoryLearner
from gamemeta.networks.policy import MemoryPolicy
from gamemeta.networks.restore import load_weights, policy_of


def memory_learner(file: AgentFile) -> MemoryLearner:
    """The task learner of an agent file.

    Raises:
        AgentFileError: the weights do not fit the shape that the file states.
    """
    return MemoryLearner(policy_of(file), memory=file.memory)


def begin_from(policy: MemoryPolicy, file: AgentFile) -> None:
    """Put an agent's weights into a network of the same shape.

    Raises:
        AgentFileError: they do not fit.
    """
    _check_network(file, policy.config)
    load_weights(policy, file.weights)


def _check_network(file: AgentFile, wanted: NetworkConfig) -> None:
    """Weights may fit in shape and mean something else: other keys of a table, or a layer too many."""
    stated = NetworkConfig.saved(file.network)
    for name in {**stated.shape(), **wanted.shape()}:
        theirs, ours = getattr(stated, name), getattr(wanted, name)
        if theirs != ours:
            raise AgentFileError(
                f"the agent to begin with has network.{name} = {theirs}, this training has {ours}: its "
                f"weights do not fit. Give --set network.{name}={theirs}."
            )
