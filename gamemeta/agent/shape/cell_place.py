"""The place of a memory cell in a network, which its shape follows from."""

from dataclasses import dataclass

from gamemeta.agent.shape.config import NetworkConfig
from gamemeta.spec import Spec


@dataclass(frozen=True)
class CellPlace:
    """The place of a cell in a network.

    Args:
        config: shape of the network.
        spec: of the game.
        later: whether a table comes before, so that the stream tells of each action already.
    """

    config: NetworkConfig
    spec: Spec
    later: bool = False
