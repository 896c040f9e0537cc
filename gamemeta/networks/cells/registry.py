"""The memory cells by name."""

from torch import nn

from gamemeta.agent.shape.config import CELL_NAMES, TABLE, NetworkConfig
from gamemeta.errors import UnknownName
from gamemeta.networks.cells.cell import RecurrentCell
from gamemeta.networks.cells.gru.cell import GRU
from gamemeta.networks.cells.mingru.cell import MinGRU
from gamemeta.networks.cells.table.cell import Table
from gamemeta.spec import Spec

RECURRENT: dict[str, type[RecurrentCell]] = {"mingru": MinGRU, "gru": GRU}


def make_cell(name: str, config: NetworkConfig, spec: Spec, *, later: bool = False) -> nn.Module:
    """The cell of this name.

    Args:
        name: one of `CELL_NAMES`.
        config: shape of the network.
        spec: of the game.
        later: whether a table comes before it.
    Raises:
        UnknownName: with the names that exist.
        ConfigError: the game has no such keys for a table.
    """
    if name == TABLE:
        return Table(config, spec, later=later)
    if name not in RECURRENT:
        raise UnknownName(f"no memory cell called {name!r}. Choose one of: {', '.join(CELL_NAMES)}.")
    return RECURRENT[name](config.width)


def make_cells(config: NetworkConfig, spec: Spec) -> nn.ModuleList:
    """All cells of the network, from the first to the last. Raises: as `make_cell`."""
    names = config.cells
    return nn.ModuleList(
        make_cell(name, config, spec, later=TABLE in names[:k]) for k, name in enumerate(names)
    )
