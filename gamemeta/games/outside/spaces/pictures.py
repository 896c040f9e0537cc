"""Which parts of an observation are pictures, and where their height, width and channels lie.

A part is a picture if its values run from 0 to 255, or as fractions from 0 to 1 (with channels, from -1 to 1,
too), and two axes that follow each other have at least 16 each. They are height and width; all other axes are
channels: colours, or frames that are stacked. Where several pairs of axes could be the sides, 1, 3 or 4
colours decide, and after them the pair that is nearest to a square.
"""

from itertools import pairwise
from math import log, prod

LEAST_SIDE = 16
"""A smaller picture, in pixels a side, is a board of symbols."""
LEAST_ASKED = 8
"""Least side where the setting says that it is a picture."""
COLOURS = (1, 3, 4)
BYTES, UNIT, AROUND_ZERO = (0.0, 255.0), (0.0, 1.0), (-1.0, 1.0)
MOST_AXES = 5


def height_axis(shape: tuple[int, ...], least: int = LEAST_SIDE) -> int | None:
    """The axis of the height, which that of the width follows; None where no two axes are long enough."""
    if not 2 <= len(shape) <= MOST_AXES:
        return None
    fits = [k for k, sides in enumerate(pairwise(shape)) if min(sides) >= least]
    if len(shape) == 3:  # colours first or last tell
        coloured = [k for k in fits if shape[2 if k == 0 else 0] in COLOURS]
        fits = coloured or fits
    return min(fits, key=lambda k: (round(abs(log(shape[k] / shape[k + 1])), 6), k), default=None)


def is_picture(shape: tuple[int, ...], low: float, high: float, *, whole: bool) -> bool:
    """Whether a part with these bounds is taken as a picture.

    Args:
        shape: of the part.
        low, high: of all its elements.
        whole: whether they are whole numbers.
    """
    if height_axis(shape) is None:
        return False
    if (low, high) == BYTES:
        return True
    return not whole and ((low, high) == UNIT or ((low, high) == AROUND_ZERO and len(shape) > 2))


def picture_shape(shape: tuple[int, ...], height: int) -> tuple[int, int, int]:
    """(height, width, channels) of a part whose height is this axis."""
    sides = shape[height], shape[height + 1]
    return (*sides, prod(shape) // prod(sides))
