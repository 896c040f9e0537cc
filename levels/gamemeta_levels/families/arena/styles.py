"""Styles of play: vectors that scripted players act by, so that there is a distribution of players.

A style is eight whole thousandths, 0 to 999; each game says what they mean to it. The space of styles is cut
into 3^8 cells, and the hash of a cell decides whether its styles are for training, validation or test.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.hash_kernels import split_code_of
from gamemeta_levels.kernel import below, combine, lean_kernel

STYLE_SIZE = 8
"""Values of a style."""
SKILL = STYLE_SIZE
"""Column of the skill in `others` [9], behind the style."""
THOUSAND, HALF = 1000, 500
"""A style or skill of 1, and of a half."""
PARTS = 3
"""Parts into which a cell cuts the range of each value."""
CELL_STREAM = 0x57E1
"""Stream of the hashes of cells, apart from all other random numbers."""


@lean_kernel
def cell_of(style: NDArray[np.int64]) -> Any:
    """Number of the cell of a style [8], 0 to 3^8 - 1."""
    cell = 0
    for k in range(STYLE_SIZE):
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
    """Draw each value of a style from low..high - 1, or from what lies outside of it in 0..999."""
    for k in range(STYLE_SIZE):
        if outside:
            number = below(stream, THOUSAND - (high - low))
            style[k] = number if number < low else number + (high - low)
        else:
            style[k] = low + below(stream, high - low)
