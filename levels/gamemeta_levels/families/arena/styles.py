"""Styles: how a scripted player plays, as numbers, so that there is a distribution of players.

A style is eight whole thousandths, 0 to 999; each game says what they mean to it. The space of styles is cut
into 3^8 cells, and the hash of a cell decides whether its styles are for training, validation or test.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.hash_kernels import split_code_of
from gamemeta_levels.kernel import below, combine, lean_kernel

NUMBERS = 8
"""Numbers of a style."""
THOUSAND = 1000
PARTS = 3
"""Parts into which a cell cuts the range of each number."""
CELL_STREAM = 0x57E1
"""What the hashes of cells are told apart by from everything else."""


@lean_kernel
def cell_of(style: NDArray[np.int64]) -> Any:
    """Number of the cell of a style [8], 0 to 3^8 - 1."""
    cell = 0
    for k in range(NUMBERS):
        cell = cell * PARTS + style[k] * PARTS // THOUSAND
    return cell


@lean_kernel
def split_code_of_style(style: NDArray[np.int64]) -> Any:
    """The code of `gamemeta_levels.split` of the split that a style belongs to."""
    return split_code_of(combine(np.uint64(CELL_STREAM), np.uint64(cell_of(style))))


@lean_kernel
def draw_style(
    low: int, high: int, outside: bool, stream: NDArray[np.uint64], style: NDArray[np.int64]
) -> None:
    """Draw each number of a style from low..high - 1, or from what lies outside of it in 0..999."""
    for k in range(NUMBERS):
        if outside:
            number = below(stream, THOUSAND - (high - low))
            style[k] = number if number < low else number + (high - low)
        else:
            style[k] = low + below(stream, high - low)
