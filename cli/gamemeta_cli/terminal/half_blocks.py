"""Pictures in the terminal: two pixels in every character, one above the other."""

import numpy as np
from numpy.typing import NDArray
from rich.style import Style
from rich.text import Text

from gamemeta_cli.terminal.glyphs import colour

UPPER_HALF = "▀"


def half_blocks(image: NDArray[np.uint8], lines: int, columns: int, plain: bool = False) -> list[Text]:
    """A picture as coloured text.

    Args:
        image: uint8 [height, width, 3]; made smaller, never larger, until it fits.
        lines, columns: characters there are, at least 1 of each.
        plain: without the half block; two coloured spaces are then one pixel.
    """
    height, width = image.shape[:2]
    across, down = (columns // 2 or 1, lines) if plain else (columns, 2 * lines)
    scale = max(height / down, width / across, 1.0)
    small = _shrunk(image, max(1, int(height / scale)), max(1, int(width / scale)))
    if plain:
        return [_spaces(row) for row in small]
    if len(small) % 2:
        small = np.concatenate([small, small[-1:]])
    return [_blocks(above, below) for above, below in zip(small[::2], small[1::2], strict=True)]


def _shrunk(image: NDArray[np.uint8], height: int, width: int) -> NDArray[np.uint8]:
    """Means over the pixels that fall together."""
    if image.shape[:2] == (height, width):
        return image
    summed = image.astype(np.float64)
    for axis, size in enumerate((height, width)):
        edges = np.linspace(0, image.shape[axis], size + 1).astype(int)
        counts = np.diff(edges).reshape(-1, *(1,) * (2 - axis))
        summed = np.add.reduceat(summed, edges[:-1], axis) / counts
    return np.rint(summed).astype(np.uint8)


def _blocks(above: NDArray[np.uint8], below: NDArray[np.uint8]) -> Text:
    line = Text(no_wrap=True)
    for top, bottom in zip(above.tolist(), below.tolist(), strict=True):
        line.append(UPPER_HALF, Style(color=colour(tuple(top)), bgcolor=colour(tuple(bottom))))
    return line


def _spaces(row: NDArray[np.uint8]) -> Text:
    line = Text(no_wrap=True)
    for pixel in row.tolist():
        line.append("  ", Style(bgcolor=colour(tuple(pixel))))
    return line
