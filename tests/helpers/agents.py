"""Small agents for tests."""

import torch

from gamemeta.agent.file import AgentFile
from gamemeta.agent.shape.config import NetworkConfig
from gamemeta.games.builtin.maze.game import MazeConfig, MazeGame
from gamemeta.networks.policy import MemoryPolicy
from gamemeta.networks.restore import weights_of
from gamemeta.spec import Spec


def tiny_policy(spec: Spec, cell: str = "mingru", width: int = 16, layers: int = 2) -> MemoryPolicy:
    torch.manual_seed(0)
    policy = MemoryPolicy(spec, NetworkConfig(cell=cell, width=width, layers=layers), {})
    for parameter in policy.parameters():
        parameter.data += 0.1 * torch.randn_like(parameter)
    return policy


def tiny_agent(cell: str = "mingru", memory: str = "trial", spec: Spec | None = None) -> AgentFile:
    """An untrained agent for the default maze, or for another spec."""
    spec = spec or MazeGame(1).spec
    policy = tiny_policy(spec, cell)
    return AgentFile(
        game="maze",
        game_config=vars(MazeConfig()).copy(),
        level_parameters={},
        spec=spec,
        network=vars(policy.config).copy(),
        episodes=4,
        memory=memory,
        weights=weights_of(policy),
    )


def agent_of_policy(policy: MemoryPolicy) -> AgentFile:
    """The agent file of a network, for a game that does not matter."""
    return AgentFile(
        game="maze",
        game_config={},
        level_parameters={},
        spec=policy.spec,
        network=vars(policy.config).copy(),
        episodes=4,
        memory="trial",
        weights=weights_of(policy),
    )
