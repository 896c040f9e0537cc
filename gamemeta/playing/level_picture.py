"""A level as a picture: its tiles, what is there, and words about it."""

import io
from collections import Counter
from collections.abc import Sequence
from math import ceil
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from gamemeta.playing.lettering import font, length, write
from gamemeta.playing.picture import CREAM, FAINT, INK, LIGHT, MIN_WIDTH, PADDING, TILE, draw_tiles
from gamemeta_levels.errors import LevelError
from gamemeta_levels.formats.files import write_bytes
from gamemeta_levels.level import Level
from gamemeta_levels.tiles import NAMES

LEAST_WIDTH = 360
"""Least width of the picture, pixels, so that words fit."""
ENTRY, LINE, TEXT = 120, 20, 11
"""Width of an entry of the legend, height of a line, and size of the letters, pixels."""


def write_level_picture(
    file: Path, level: Level, path: Sequence[tuple[int, int]] = (), lines: Sequence[str] = ()
) -> None:
    """Write a picture of a level, whole or not at all.

    Raises:
        LevelError: the name does not end in .png, or the file cannot be written.
    """
    if file.suffix.lower() != ".png":
        raise LevelError(f"{file}: a picture of a level ends in .png; this one ends in {file.suffix!r}.")
    data = io.BytesIO()
    draw_level(level, path, lines).save(data, "PNG")
    write_bytes(file, data.getvalue())


def draw_level(level: Level, path: Sequence[tuple[int, int]] = (), lines: Sequence[str] = ()) -> Image.Image:
    """The level, a legend of what is there, and lines of words, RGB.

    Args:
        level: what to draw; things that stand on tiles are drawn as the first letter of their kind.
        path: rows and columns of a plan; its ends are not marked.
        lines: text below the level, wrapped where it is too long.
    """
    board = _board(level, path)
    width = max(board.width, LEAST_WIDTH)
    entries, columns = _entries(level), max(1, (width - PADDING) // ENTRY)
    words = [part for line in lines for part in _wrapped(line, width - 2 * PADDING)]
    rows = ceil(len(entries) / columns)
    height = board.height + 2 * PADDING + LINE * (rows + len(words))
    image = Image.new("RGB", (width, height), INK)
    image.paste(board, ((width - board.width) // 2, 0))
    pen, top = ImageDraw.Draw(image), board.height + PADDING
    for k, (icon, text) in enumerate(entries):
        x, y = PADDING + ENTRY * (k % columns), top + LINE * (k // columns)
        image.paste(icon, (x, y))
        write(pen, (x + TILE + 6, y + 1), text, CREAM, TEXT)
    for k, text in enumerate(words):
        write(pen, (PADDING, top + LINE * (rows + k) + 4), text, FAINT, TEXT)
    return image


def _board(level: Level, path: Sequence[tuple[int, int]]) -> Image.Image:
    board = draw_tiles(level.tiles, [place for place in path if place not in (path[0], path[-1])])
    factor = ceil(MIN_WIDTH / max(board.size))
    board = board.resize((board.width * factor, board.height * factor), Image.Resampling.NEAREST)
    pen, side = ImageDraw.Draw(board), TILE * factor
    for thing in level.entities:
        middle = ((thing.column + 0.5) * side, (thing.row + 0.5) * side)
        pen.text(middle, thing.kind[0], LIGHT, font(side * 0.8), anchor="mm", stroke_width=2, stroke_fill=INK)
    return board


def _entries(level: Level) -> list[tuple[Image.Image, str]]:
    """An icon and words for each kind of tile, then of thing."""
    codes, counts = np.unique(level.tiles, return_counts=True)
    entries = [
        (draw_tiles(np.array([[code]], np.uint8)), f"{NAMES[code]}: {count:,}")
        for code, count in zip(codes, counts, strict=True)
    ]
    for kind, count in sorted(Counter(thing.kind for thing in level.entities).items()):
        icon = Image.new("RGB", (TILE, TILE), INK)
        ImageDraw.Draw(icon).text((TILE / 2, TILE / 2), kind[0], LIGHT, font(TEXT), anchor="mm")
        entries.append((icon, f"{kind}: {count:,}"))
    return entries


def _wrapped(line: str, width: int) -> list[str]:
    """The words of a line in as many lines as fit into this width, pixels."""
    lines = [""]
    for word in line.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and length(longer, TEXT) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines
