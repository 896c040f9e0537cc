"""The encoder of symbols in NumPy: the sum of the rows that they look up."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.agent.reference.encoders.tables import joined_tables
from gamemeta.agent.shape.weights import Array, Take
from gamemeta.spec import Symbols

MANY = 16
"""From so many agents on, looking up few rows is slower than multiplying by ones and zeros."""
MOST_ROWS_EACH = 64
"""Rows for each symbol that count as few."""


class SymbolEncoder:
    """The tables of all buffers of symbols in one: the fewer calls, the faster."""

    def __init__(self, take: Take, buffers: Sequence[Symbols], width: int) -> None:
        self.names = [b.name for b in buffers]
        self.table = joined_tables(take, buffers, width)
        codes = np.array([b.codes for b in buffers for _ in range(b.size)], np.int32)
        self.first_rows = np.cumsum(codes, dtype=np.int32) - codes
        self._few_rows = len(self.table) <= MOST_ROWS_EACH * len(codes)

    def __call__(self, inputs: Mapping[str, NDArray[Any]], n: int) -> Array:
        """The sum [n, D]. Many agents with few symbols are a product with ones and zeros."""
        rows = self.rows_of(inputs, n)
        if n < MANY or not self._few_rows:
            return sum_of_rows(self.table, rows)
        chosen = np.zeros((n, len(self.table)), np.float32)
        chosen[np.arange(n)[:, None], rows] = 1.0
        product: Array = chosen @ self.table
        return product

    def rows_of(self, inputs: Mapping[str, NDArray[Any]], n: int) -> NDArray[np.int32]:
        """int32 [n, C]: the row of every symbol in the table."""
        codes = [inputs[name].reshape(n, -1) for name in self.names]
        if not codes:
            return np.zeros((n, 0), np.int32)
        rows: NDArray[np.int32] = np.concatenate(codes, axis=1, dtype=np.int32, casting="unsafe")
        rows += self.first_rows
        return rows


def sum_of_rows(table: Array, rows: NDArray[np.int32]) -> Array:
    """[n, D], sum over k of table[rows[:, k]], for a few agents at a time, which stay in the cache."""
    parts = [np.add.reduce(table.take(rows[k : k + MANY], axis=0), axis=1) for k in range(0, len(rows), MANY)]
    out: Array = parts[0] if len(parts) == 1 else np.concatenate(parts)
    return out
