"""The NumPy cell of each kind."""

from gamemeta.agent.reference.cells.cell import Cell
from gamemeta.agent.reference.cells.gru import GRU
from gamemeta.agent.reference.cells.mingru import MinGRU
from gamemeta.agent.reference.cells.table import Table
from gamemeta.agent.shape.config import NetworkConfig
from gamemeta.agent.shape.weights import Take
from gamemeta.spec import Spec


def make_cell(name: str, take: Take, config: NetworkConfig, spec: Spec, *, later: bool) -> Cell:
    """The cell of this name, one of `networks.config.CELL_NAMES`."""
    if name == "mingru":
        return MinGRU(take, config.width)
    if name == "gru":
        return GRU(take, config.width)
    return Table(take, config, spec, later=later)
