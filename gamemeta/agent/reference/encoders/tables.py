"""The tables of several buffers as one."""

from collections.abc import Sequence

import numpy as np

from gamemeta.agent.shape.weights import Array, Take, weight_name
from gamemeta.spec import Quantities, Symbols


def joined_tables(take: Take, buffers: Sequence[Symbols] | Sequence[Quantities], width: int) -> Array:
    """[rows of all buffers, width], one table below the other."""
    tables = [take(f"tables.{weight_name(b.name)}", (b.rows, width)) for b in buffers]
    return np.concatenate([np.zeros((0, width), np.float32), *tables])
