"""The shape of the network, and what a table of memories is addressed by. No torch in here."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.config import check_ranges
from gamemeta.errors import ConfigError
from gamemeta.spec import Buffer, Spec

RECURRENT, TABLE = ("mingru", "gru"), "table"
CELL_NAMES = (*RECURRENT, TABLE)
OF_TABLES = ("keys", "slots", "values", "choice_width")
"""Settings that only tables have."""
LEARNED, ACTION_ALONE = "learned", "action"
MOST_ROWS = 1 << 20
"""Most numbers that the table of one agent holds."""


@dataclass(frozen=True, kw_only=True)
class NetworkConfig:
    """Shape of the network."""

    cell: str = "mingru"
    """Memory cells of a layer, joined by `+`: `mingru` (parallel in time, the faster), `gru`, or `table`
    (remembers what each action led to, and reads that for every action at once)."""
    width: int = 128
    """Units of every layer."""
    layers: int = 2
    """How many times the cells follow one another."""
    keys: str = "learned"
    """What a table is addressed by beside the action: `learned`, the name of an observation buffer (its
    symbols are the address), or `action` (the action alone)."""
    slots: int = 64
    """Rows of a table with learned keys."""
    values: int = 8
    """Numbers that a row of a table keeps, beside how often it was written."""
    choice_width: int = 32
    """Units that a table spends on each action."""

    def __post_init__(self) -> None:
        for name in self.cell.split("+"):
            if name not in CELL_NAMES:
                raise ConfigError(
                    f"cell = {self.cell!r}: choose one of {', '.join(CELL_NAMES)}, or several joined by `+`."
                )
        check_ranges(
            self,
            width=(8, 4096),
            layers=(1, 16),
            slots=(1, 4096),
            values=(1, 256),
            choice_width=(1, 1024),
        )

    @property
    def cells(self) -> tuple[str, ...]:
        """Names of all cells, from the first to the last."""
        return tuple(self.cell.split("+")) * self.layers

    def shape(self) -> dict[str, Any]:
        """Plain values by field; what only tables have is left out where there is none."""
        without = () if TABLE in self.cells else OF_TABLES
        return {name: value for name, value in vars(self).items() if name not in without}


@dataclass(frozen=True)
class TableShape:
    """What follows from the spec for a table.

    Args:
        actions: of all heads together; each has a number, head after head.
        first: int32 [heads], number of the first action of each head.
        key: the buffer whose symbols are the address; None for learned keys and for the action alone.
        learned: whether keys are learned.
        rows: rows of the table.
        width: numbers in a row: the values, then how often the row was written.
    """

    actions: int
    first: NDArray[np.int32]
    key: Buffer | None
    learned: bool
    rows: int
    width: int

    @classmethod
    def of(cls, config: NetworkConfig, spec: Spec) -> "TableShape":
        """The shape for this game.

        Raises:
            ConfigError: no such observation, one that is no symbol, or far too many addresses.
        """
        heads = spec.action.heads
        actions, first = sum(heads), np.cumsum([0, *heads[:-1]]).astype(np.int32)
        learned, key = config.keys == LEARNED, None
        if not learned and config.keys != ACTION_ALONE:
            key = _key_buffer(config.keys, spec)
        here = key.codes**key.size if key else 1
        rows, width = config.slots if learned else here * actions, config.values + 1
        if rows * width > MOST_ROWS:
            raise ConfigError(
                f"network.keys = {config.keys!r}: {here} symbols x {actions} actions are too many addresses. "
                "Use network.keys=learned."
            )
        return cls(actions, first, key, learned, rows, width)

    @property
    def state_size(self) -> int:
        """Numbers of memory of one agent: the table, then where the last action was taken."""
        return self.rows * self.width + (self.rows if self.learned else 1)

    def here(self, values: NDArray[Any]) -> NDArray[np.int32]:
        """int32 [...]: the symbols [..., *shape] of the key buffer as one number."""
        assert self.key is not None
        symbols = values.reshape(*values.shape[: values.ndim - len(self.key.shape)], self.key.size)
        number = np.zeros(symbols.shape[:-1], np.int32)
        for k in range(self.key.size):
            number = number * self.key.codes + symbols[..., k]
        return number.astype(np.int32)


def _key_buffer(name: str, spec: Spec) -> Buffer:
    symbols = {b.name: b for b in spec.obs if b.codes}
    if name not in symbols:
        known = ", ".join([LEARNED, ACTION_ALONE, *symbols])
        raise ConfigError(f"network.keys = {name!r}: this game has {known}. Choose one of them.")
    return symbols[name]
