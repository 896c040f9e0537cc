"""From inputs to features in NumPy, as `gamemeta.networks` computes them for one step of n agents."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.agent.reference.images import ImageEncoder
from gamemeta.agent.shape.normalising import normalised
from gamemeta.agent.shape.weights import Array, Take, weight_name, within
from gamemeta.spec import Buffer

Inputs = Mapping[str, NDArray[Any]]
MANY = 16
"""From so many agents on, looking up few rows is slower than multiplying by ones and zeros."""
MOST_ROWS_EACH = 64
"""Rows for each symbol that count as few."""


class Normaliser:
    """`networks.normaliser.Normaliser`: inputs with normalised quantities in place of raw ones."""

    def __init__(self, take: Take, obs: tuple[Buffer, ...]) -> None:
        self._statistics = [
            (b.name, take(f"{k}.mean", b.shape), take(f"{k}.deviation", b.shape))
            for k, b in enumerate(b for b in obs if b.normalised)
        ]

    def __call__(self, inputs: Inputs) -> Inputs:
        if not self._statistics:
            return inputs
        seen = {name: normalised(inputs[name], mean, by) for name, mean, by in self._statistics}
        return {**inputs, **seen}


class Encoder:
    """`networks.encoder.Encoder` before its ReLU.

    The tables of all symbols stand in one, those of all quantities in another: the fewer calls, the faster.
    """

    def __init__(self, take: Take, buffers: tuple[Buffer, ...], width: int, image_encoder: str) -> None:
        def tables(of: list[Buffer]) -> Array:
            taken = [take(f"tables.{weight_name(b.name)}", (b.rows, width)) for b in of]
            return np.concatenate([np.zeros((0, width), np.float32), *taken])

        symbols = [b for b in buffers if b.codes]
        quantities = [b for b in buffers if not (b.codes or b.image)]
        self.bias = take("bias", (width,))
        self.symbols, self.quantities = [b.name for b in symbols], [b.name for b in quantities]
        self.symbol_rows, self.quantity_rows = tables(symbols), tables(quantities)
        choices = np.array([b.codes for b in symbols for _ in range(b.size)], np.int32)
        self.first_rows = np.cumsum(choices, dtype=np.int32) - choices
        self.images = [
            (b.name, ImageEncoder(within(take, f"images.{k}."), b, width, image_encoder))
            for k, b in enumerate(b for b in buffers if b.image)
        ]
        self._few_rows = len(self.symbol_rows) <= MOST_ROWS_EACH * len(choices)

    def __call__(self, inputs: Inputs) -> Array:
        """bias + sum over buffers of rows looked up, quantities times a matrix, and images seen: [n, D]."""
        n = len(next(iter(inputs.values())))
        x: Array = self._looked_up(self.rows_of(inputs, n)) + self.bias
        for name, image in self.images:
            x += image(inputs[name])
        if self.quantities:
            x += self.quantities_of(inputs, n) @ self.quantity_rows
        return x

    def rows_of(self, inputs: Inputs, n: int) -> NDArray[np.int32]:
        """int32 [n, C]: the row of every symbol in `symbol_rows`."""
        codes = [inputs[name].reshape(n, -1) for name in self.symbols]
        if not codes:
            return np.zeros((n, 0), np.int32)
        rows: NDArray[np.int32] = np.concatenate(codes, axis=1, dtype=np.int32, casting="unsafe")
        rows += self.first_rows
        return rows

    def quantities_of(self, inputs: Inputs, n: int) -> Array:
        """float32 [n, Q]: all quantities side by side."""
        values = [inputs[name].reshape(n, -1) for name in self.quantities]
        if len(values) == 1:
            return np.array(values[0], np.float32)
        return np.concatenate([np.zeros((n, 0), np.float32), *values], axis=1, dtype=np.float32)

    def _looked_up(self, rows: NDArray[np.int32]) -> Array:
        """The sum [n, D] of these rows. Many agents with few symbols are a product with ones and zeros."""
        n = len(rows)
        if n < MANY or not self._few_rows:
            out: Array = sum_of_rows(self.symbol_rows, rows)
            return out
        chosen = np.zeros((n, len(self.symbol_rows)), np.float32)
        chosen[np.arange(n)[:, None], rows] = 1.0
        product: Array = chosen @ self.symbol_rows
        return product


def sum_of_rows(table: Array, rows: NDArray[np.int32]) -> Array:
    """[n, D], sum over k of table[rows[:, k]], for a few agents at a time, which stay in the cache."""
    parts = [np.add.reduce(table.take(rows[k : k + MANY], axis=0), axis=1) for k in range(0, len(rows), MANY)]
    return parts[0] if len(parts) == 1 else np.concatenate(parts)
