"""The memory cells in NumPy by name. `gamemeta.networks.cells.registry` has the same cells in torch."""

from gamemeta.agent.reference.cells.attention import Attention
from gamemeta.agent.reference.cells.cell import Cell
from gamemeta.agent.reference.cells.choices import Choices
from gamemeta.agent.reference.cells.gru import GRU
from gamemeta.agent.reference.cells.mingru import MinGRU
from gamemeta.agent.reference.cells.posterior import Posterior
from gamemeta.agent.reference.cells.table import Table
from gamemeta.agent.reference.cells.things import Things
from gamemeta.agent.shape.cell_place import CellPlace
from gamemeta.agent.shape.choices_shape import cell_names
from gamemeta.agent.shape.config import ATTENTION, CHOICES, POSTERIOR, TABLE, THINGS, NetworkConfig
from gamemeta.agent.shape.weights import Take, within
from gamemeta.errors import ConfigError
from gamemeta.spec import Spec

CELLS: dict[str, type[Cell]] = {
    "mingru": MinGRU,
    "gru": GRU,
    TABLE: Table,
    ATTENTION: Attention,
    THINGS: Things,
}
OF_THEMSELVES: dict[str, type[Cell]] = {CHOICES: Choices, POSTERIOR: Posterior}
"""Cells that `network.cell` does not name: an observation of choices puts one first, `latent` one last."""


def check_cells(config: NetworkConfig) -> None:
    """Check that all cells of a network exist.

    Raises:
        ConfigError: with the names that exist.
    """
    unknown = [name for name in config.cells if name not in CELLS | OF_THEMSELVES]
    if unknown:
        raise ConfigError(
            f"network.cell = {config.cell!r}: choose one of {', '.join(CELLS)}, or several joined by `+`."
        )


def make_cells(take: Take, config: NetworkConfig, spec: Spec) -> list[Cell]:
    """All cells of the network, from the first to the last.

    Raises:
        ConfigError: a cell does not exist, or does not fit the game.
        AgentFileError: weights are missing or do not fit.
    """
    check_cells(config)
    names = cell_names(config, spec)
    return [
        (CELLS | OF_THEMSELVES)[name](
            within(take, f"cells.{k}."), CellPlace(config, spec, TABLE in names[:k])
        )
        for k, name in enumerate(names)
    ]
