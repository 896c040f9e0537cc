"""The memory cells in torch by name; the same cells in NumPy: `gamemeta.agent.reference.cells.registry`."""

from torch import nn

from gamemeta.agent.shape.cell_place import CellPlace
from gamemeta.agent.shape.choices_shape import cell_names
from gamemeta.agent.shape.config import ATTENTION, CHOICES, POSTERIOR, TABLE, THINGS, NetworkConfig
from gamemeta.errors import UnknownName
from gamemeta.networks.cells.attention.cell import Attention
from gamemeta.networks.cells.cell import MemoryCell
from gamemeta.networks.cells.choices.cell import Choices
from gamemeta.networks.cells.gru.cell import GRU
from gamemeta.networks.cells.mingru.cell import MinGRU
from gamemeta.networks.cells.posterior.cell import Posterior
from gamemeta.networks.cells.table.cell import Table
from gamemeta.networks.cells.things.cell import Things
from gamemeta.spec import Spec

CELLS: dict[str, type[MemoryCell]] = {
    "mingru": MinGRU,
    "gru": GRU,
    TABLE: Table,
    ATTENTION: Attention,
    THINGS: Things,
}
OF_THEMSELVES: dict[str, type[MemoryCell]] = {CHOICES: Choices, POSTERIOR: Posterior}
"""Cells that `network.cell` does not name: an observation of choices puts one first, `latent` one last."""


def make_cell(name: str, place: CellPlace) -> MemoryCell:
    """The cell of this name.

    Raises:
        UnknownName: with the names that exist.
        ConfigError: it does not fit the game.
    """
    if name not in CELLS | OF_THEMSELVES:
        raise UnknownName(f"no memory cell called {name!r}. Choose one of: {', '.join(CELLS)}.")
    return (CELLS | OF_THEMSELVES)[name].of(place)


def make_cells(config: NetworkConfig, spec: Spec) -> nn.ModuleList:
    """All cells of the network, from the first to the last. Raises: as `make_cell`."""
    names = cell_names(config, spec)
    return nn.ModuleList(
        make_cell(name, CellPlace(config, spec, TABLE in names[:k])) for k, name in enumerate(names)
    )
