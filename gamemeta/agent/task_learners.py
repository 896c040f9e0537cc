"""Task learners that act without torch, by the name in the agent file. NumPy alone."""

from collections.abc import Callable

from gamemeta.agent.file import GRADIENT, MEMORY, AgentFile
from gamemeta.agent.gradient.network import GradientNetwork
from gamemeta.agent.reference.network import Network
from gamemeta.errors import AgentFileError

TASK_LEARNERS: dict[str, Callable[[AgentFile], Network]] = {MEMORY: Network, GRADIENT: GradientNetwork}
"""What acts for each kind of task learner: a `Network`, or a subclass with another state or `adapt`."""


def network_of(file: AgentFile) -> Network:
    """The network of an agent file that acts without torch.

    Raises:
        AgentFileError: its kind of task learner is not known here; or weights are missing or do not fit.
    """
    make = TASK_LEARNERS.get(file.task_learner)
    if make is None:
        raise AgentFileError(
            f"this agent adapts by {file.task_learner!r}, which is not known here; known are "
            f"{', '.join(TASK_LEARNERS)}. Install the release or the package that it comes from."
        )
    return make(file)
