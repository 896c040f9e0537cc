"""Sizes of a table and where its key lies."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.agent.shape.config import ACTION_ALONE, LEARNED, NetworkConfig
from gamemeta.errors import ConfigError
from gamemeta.spec import Spec, Symbols

MOST_ROWS = 1 << 20
"""Most numbers that the table of one agent holds."""


@dataclass(frozen=True)
class TableShape:
    """The shape of a table, as it follows from the spec.

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
    key: Symbols | None
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
        if spec.action.continuous:
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
        """Check that this state [n, state_size] is one that writing and reading can lead to.

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


def _places(key: Symbols | None) -> int:
    """How many addresses the symbols of a buffer make, counted no further than `MOST_ROWS`."""
    if key is None or key.codes == 1:
        return 1
    places = 1
    for _ in range(key.size):
        if places > MOST_ROWS:
            break
        places *= key.codes
    return places


def _key_buffer(name: str, spec: Spec) -> Symbols:
    symbols = {b.name: b for b in spec.obs if isinstance(b, Symbols)}
    if name not in symbols:
        known = ", ".join([LEARNED, ACTION_ALONE, *symbols])
        seen = any(b.name == name for b in spec.obs)
        why = f"{name!r} is seen as numbers, and keys are symbols. " if seen else ""
        raise ConfigError(f"network.keys = {name!r}: {why}this game has {known}. Choose one of them.")
    return symbols[name]
