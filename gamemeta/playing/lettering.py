"""Text on pictures, with blanks that stay visible: in small letters those of the font are too narrow."""

from functools import cache

from PIL import ImageDraw, ImageFont

BLANK = 0.35
"""Least width of a blank, as a share of the size of the letters."""

Colour = tuple[int, int, int]


def write(
    pen: ImageDraw.ImageDraw, place: tuple[float, float], words: str, colour: Colour, size: float
) -> None:
    """A line of text, from its upper left corner on."""
    x, y = place
    for word in words.split(" "):
        pen.text((round(x), y), word, colour, font(size))
        x += font(size).getlength(word) + _blank(size)


def length(words: str, size: float) -> float:
    """Pixels that `write` takes for a line of text."""
    parts = words.split(" ")
    return sum(font(size).getlength(word) for word in parts) + _blank(size) * (len(parts) - 1)


@cache
def font(size: float) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """The letters of pictures, in this size."""
    return ImageFont.load_default(size)


def _blank(size: float) -> float:
    return max(font(size).getlength(" "), BLANK * size)
