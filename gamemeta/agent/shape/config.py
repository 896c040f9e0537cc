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
SMALL, IMPALA = "small", "impala"
ENORMOUS = 1e12
"""No number of a memory comes near this, and none below it overflows on the way through a network."""
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
    image_encoder: str = SMALL
    """How images are seen: `small` (two stages of 8 and 16 channels, fit for a CPU) or `impala` (Espeholt
    et al. 2018: three stages of 16, 32 and 32 channels)."""

    def __post_init__(self) -> None:
        for name in self.cell.split("+"):
            if name not in CELL_NAMES:
                raise ConfigError(
                    f"cell = {self.cell!r}: choose one of {', '.join(CELL_NAMES)}, or several joined by `+`."
                )
        if self.image_encoder not in (SMALL, IMPALA):
            raise ConfigError(f"image_encoder = {self.image_encoder!r}: choose {SMALL} or {IMPALA}.")
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

    @property
    def built_in(self) -> str:
        """What a table is given that other cells must learn, to be said beside its scores; else nothing."""
        if TABLE not in self.cells:
            return ""
        given = {LEARNED: "a learned address", ACTION_ALONE: "the action as the address"}
        address = given.get(self.keys, f"{self.keys} and the action as the address")
        return (
            f"a table with {address}, read for every action, with weights shared over the actions and a "
            "prior count of one"
        )

    def shape(self) -> dict[str, Any]:
        """Plain values by field; what only tables have is left out where there is none, and so is the
        small image encoder: it is what a file means that names none."""
        without: tuple[str, ...] = () if TABLE in self.cells else OF_TABLES
        without += ("image_encoder",) if self.image_encoder == SMALL else ()
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
            ConfigError: no such observation, one that is no symbol, far too many addresses, or an
                action with numbers, which are no address.
        """
        if spec.action.numbers:
            raise ConfigError(
                "network.cell: a table writes down what discrete actions led to, and this game's actions "
                f"are {spec.action.words()}. Use network.cell=mingru or gru."
            )
        heads = spec.action.heads
        actions, first = sum(heads), np.cumsum([0, *heads[:-1]]).astype(np.int32)
        learned, width = config.keys == LEARNED, config.values + 1
        if learned:
            _check_learned(config, spec)
            return cls(actions, first, None, True, config.slots, width)
        key = None if config.keys == ACTION_ALONE else _key_buffer(config.keys, spec)
        places = _places(key)
        if places * actions * width > MOST_ROWS:
            raise ConfigError(
                f"network.keys = {config.keys!r}: its symbols, {actions} actions and {config.values} values "
                "are too many addresses. Use network.keys=learned."
            )
        return cls(actions, first, key, False, places * actions, width)

    @property
    def state_size(self) -> int:
        """Numbers of memory of one agent: the table, then where the last action was taken."""
        return self.rows * self.width + (self.rows if self.learned else 1)

    def check(self, state: NDArray[np.float32]) -> None:
        """Is this state [n, state_size] one that writing and reading can lead to?

        Raises:
            ValueError: rows written less than never, or a last address that does not exist.
        """
        table = state[:, : self.rows * self.width]
        by_column = (-1, self.width, self.rows)
        written = table.reshape(by_column)[:, -1] if self.learned else table[:, self.width - 1 :: self.width]
        if not (written >= 0).all():
            raise ValueError("a table's rows were written less than never")
        places, last = self.rows // self.actions, state[:, -1]
        if not (self.learned or ((last >= 0) & (last < places) & (last == np.floor(last))).all()):
            raise ValueError(f"a table's last address is none of its {places}")

    def here(self, values: NDArray[Any]) -> NDArray[np.int32]:
        """int32 [...]: the symbols [..., *shape] of the key buffer as one number."""
        assert self.key is not None
        symbols = values.reshape(*values.shape[: values.ndim - len(self.key.shape)], self.key.size)
        number = np.zeros(symbols.shape[:-1], np.int32)
        for k in range(self.key.size):
            number = number * self.key.codes + symbols[..., k]
        return number.astype(np.int32)


def _check_learned(config: NetworkConfig, spec: Spec) -> None:
    if config.slots * (config.values + 1) > MOST_ROWS:
        raise ConfigError(
            f"network.slots = {config.slots} with values = {config.values}: a table holds at most "
            f"{MOST_ROWS:,} numbers. Give less of either."
        )
    if not spec.obs:
        raise ConfigError(
            "network.keys = 'learned': this game shows nothing to learn keys from. Use network.keys=action."
        )


def _places(key: Buffer | None) -> int:
    """How many addresses the symbols of a buffer make, counted no further than `MOST_ROWS`."""
    if key is None or key.codes == 1:
        return 1
    places = 1
    for _ in range(key.size):
        if places > MOST_ROWS:
            break
        places *= key.codes
    return places


def _key_buffer(name: str, spec: Spec) -> Buffer:
    symbols = {b.name: b for b in spec.obs if b.codes}
    if name not in symbols:
        known = ", ".join([LEARNED, ACTION_ALONE, *symbols])
        raise ConfigError(f"network.keys = {name!r}: this game has {known}. Choose one of them.")
    return symbols[name]
