"""A cross-play matrix as a picture: a table for each role, a cell for each pair, a bar for each match."""

from functools import cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from gamemeta.evaluation.crossplay import WHOLE, CrossPlay
from gamemeta.playing.lettering import length, write
from gamemeta_levels.text import in_one_line

INK, CREAM, FAINT = (27, 24, 43), (250, 246, 233), (129, 140, 163)
TRACK, WON, LOST = (52, 50, 78), (77, 198, 190), (206, 138, 40)
"""Colours: of an empty cell, and of bars in the better and the worse half of the scale."""
CELL, LINE, NAMES, PADDING = (96, 58), 22, 120, 12
"""Pixels: width and height of a cell, height of a line of words, room for the names of rows, margin."""
BARS = 20
"""Height of a full bar, pixels."""
Box = tuple[int, int]


def draw_crossplay(result: CrossPlay) -> Image.Image:
    """All roles below each other, RGB. A bar is full at the best score and empty at the worst of the whole
    picture, where 0 and 1 lie between them or are them."""
    table = 2 * LINE + CELL[1] * len(result.rows) + PADDING
    width = 2 * PADDING + NAMES + CELL[0] * len(result.columns)
    image = Image.new("RGB", (width, 2 * PADDING + 2 * LINE + table * len(result.roles)), INK)
    pen = ImageDraw.Draw(image)
    played = result.config
    pen.text((PADDING, PADDING), f"{in_one_line(result.game)}: cross-play", CREAM, _font(14))
    played_on = f"{played.levels:,} test levels, {played.matches} matches each"
    words = f"{played_on}: mean score, ±95% over levels, by match"
    write(pen, (PADDING, PADDING + LINE), _cut(words, width - 2 * PADDING), FAINT, 11)
    for role in range(len(result.roles)):
        _table(pen, result, role, PADDING + 2 * LINE + role * table)
    return image


def _table(pen: ImageDraw.ImageDraw, result: CrossPlay, role: int, top: int) -> None:
    """The pairs whose row agent plays this role."""
    left, below = PADDING + NAMES, top + 2 * LINE
    words = f"as {result.roles[role]}, against"
    pen.text((PADDING, top + 4), in_one_line(words), CREAM, _font(12))
    for k, name in enumerate(result.columns):
        text = _cut(name, CELL[0] - 6)
        pen.text((left + k * CELL[0] + CELL[0] // 2, top + LINE + 4), text, FAINT, _font(11), anchor="ma")
    for k, name in enumerate(result.rows):
        text = _cut(name, NAMES - 8)
        pen.text((PADDING, below + k * CELL[1] + CELL[1] // 2), text, CREAM, _font(11), anchor="lm")
    for i, j in np.ndindex(len(result.rows), len(result.columns)):
        _cell(pen, result, (role, i, j), (left + j * CELL[0], below + i * CELL[1]))


def _cell(pen: ImageDraw.ImageDraw, result: CrossPlay, place: tuple[int, int, int], corner: Box) -> None:
    """One pair: figures above, bars below."""
    x, y = corner
    pen.rectangle((x + 1, y + 1, x + CELL[0] - 3, y + CELL[1] - 3), TRACK)
    score = result.score[place]
    if np.isnan(score[WHOLE]):
        return
    half = (result.high[place][WHOLE] - result.low[place][WHOLE]) / 2
    pen.text((x + CELL[0] // 2, y + 6), f"{score[WHOLE]:.2f} ±{half:.2f}", CREAM, _font(12), anchor="ma")
    worst, best = min(0.0, float(np.nanmin(result.score))), max(1.0, float(np.nanmax(result.score)))
    step, foot = (CELL[0] - 16) / (len(score) - 1), y + CELL[1] - 8
    for k, value in enumerate(score[:WHOLE]):
        share = (value - worst) / (best - worst)
        left = x + 7 + k * step
        bar = (left, foot - max(1.0, BARS * share), left + max(1.0, step - 2), foot)
        pen.rectangle(bar, WON if share >= 0.5 else LOST)


def _cut(words: str, width: float) -> str:
    """As much of the words as fits."""
    fits = words = in_one_line(words)
    while len(fits) > 3 and length(fits, 11) > width:
        fits = fits.removesuffix("...")[:-1] + "..."
    return fits


@cache
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)
