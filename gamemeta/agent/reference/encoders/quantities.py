"""The encoder of quantities in NumPy: a product with a matrix."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.agent.reference.encoders.tables import joined_tables
from gamemeta.agent.shape.weights import Array, Take
from gamemeta.spec import Quantities


class QuantityEncoder:
    """The tables of all buffers of quantities in one."""

    def __init__(self, take: Take, buffers: Sequence[Quantities], width: int) -> None:
        self.names = [b.name for b in buffers]
        self.table = joined_tables(take, buffers, width)

    def __call__(self, inputs: Mapping[str, NDArray[Any]], n: int) -> Array:
        """The product [n, D]."""
        out: Array = self.values_of(inputs, n) @ self.table
        return out

    def values_of(self, inputs: Mapping[str, NDArray[Any]], n: int) -> Array:
        """float32 [n, Q]: all quantities side by side."""
        values = [inputs[name].reshape(n, -1) for name in self.names]
        if len(values) == 1:
            return np.array(values[0], np.float32)
        return np.concatenate([np.zeros((n, 0), np.float32), *values], axis=1, dtype=np.float32)
