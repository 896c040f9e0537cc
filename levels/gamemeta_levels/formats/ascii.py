"""Levels drawn in text: one glyph a tile, and comments that carry the family and the seed::

    ; family: maze
    ; seed: 7
    #####
    #S.G#
    #####

A line that begins with `;` is a comment.
"""

import re
from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.errors import LevelError, shortened
from gamemeta_levels.formats.format import LevelFormat, one_level
from gamemeta_levels.formats.source import Source
from gamemeta_levels.level import MAX_SIDE, Level
from gamemeta_levels.tiles import CODE_OF_GLYPH, COMMENT, GLYPHS, NAMES, TILES_OF

_NOTE = re.compile(rf"{COMMENT}\s*(family|seed)\s*:(.*)")
_NAMES_OF_BLANKS = {" ": "a space", "\t": "a tab", "\ufeff": "a byte-order mark"}


def read(source: Source) -> Level:
    """The level in a file. Raises LevelError as `parse`."""
    one_level(source)
    return parse(source.text(), source.family)


def write(level: Level, like: Source | None = None) -> str:
    """The text of a level. Raises LevelError as `draw`."""
    return draw(level)


def parse(text: str, family: str) -> Level:
    """Read a drawn level.

    Args:
        text: lines that end in `\\n`; blank lines before and after the drawing are left out.
        family: the level family where the text names none.
    Raises:
        LevelError: naming line and column.
    """
    notes: dict[str, str] = {}
    for line in text.split("\n"):
        notes |= _note(line) if line.startswith(COMMENT) else {}
    rows = [(f"line {number}", line) for number, line in _drawing(text)]
    seed = _seed(notes["seed"]) if "seed" in notes else None
    named = notes.get("family", "")
    return Level(family=named or family, tiles=read_rows(rows, named, family), seed=seed)


def lines(source: Source) -> list[int]:
    """The line of the file, from 1, that each row of the drawing stands in."""
    return [number for number, _ in _drawing(source.text())]


def _drawing(text: str) -> list[tuple[int, str]]:
    """The lines of a drawing with their numbers, from 1: no comments, and no blank lines around it."""
    rows = [
        (number, line)
        for number, line in enumerate(text.split("\n"), start=1)
        if not line.startswith(COMMENT)
    ]
    while rows and not rows[-1][1].strip():
        rows.pop()
    while rows and not rows[0][1].strip():
        rows.pop(0)
    return rows


def draw(level: Level) -> str:
    """The text of a level that has tiles alone.

    Raises:
        LevelError: it has entities or hidden rules, which only JSON can hold.
    """
    if level.entities or level.hidden:
        raise LevelError("a level with entities or hidden rules cannot be drawn in ASCII. Write it as .json.")
    notes = f"{COMMENT} family: {level.family}\n"
    if level.seed is not None:
        notes += f"{COMMENT} seed: {level.seed}\n"
    return f"{notes}{level}\n"


def read_rows(rows: Iterable[tuple[str, str]], named: str = "", asked: str = "") -> NDArray[np.uint8]:
    """Tile codes uint8 [H, W] of rows of glyphs.

    Args:
        rows: pairs of a row's place, for messages (`line 3`), and its glyphs.
        named: family that the file names; empty where it names none.
        asked: family that is played.
    Raises:
        LevelError: no rows, rows of unequal length, or a glyph that is no tile.
    """
    codes: list[list[int]] = []
    rows = list(rows)

    def legend() -> str:
        return legend_of(named or _looks_like(asked, {glyph for _, row in rows for glyph in row}))

    for place, row in rows:
        if len(row) > MAX_SIDE or len(codes) == MAX_SIDE:
            raise LevelError(f"{place}: a level has at most {MAX_SIDE} rows of at most {MAX_SIDE} tiles.")
        codes.append([_code(place, column, glyph, legend) for column, glyph in enumerate(row, start=1)])
        if len(codes[-1]) != len(codes[0]):
            raise LevelError(
                f"{place} has {len(row)} tiles and the first row {len(codes[0])}. "
                "Make all rows equally long; '#' is wall."
            )
    if not codes or not codes[0]:
        raise LevelError(f"there are no tiles. Draw the level with {legend()}.")
    return np.array(codes, np.uint8)


def legend_of(family: str) -> str:
    """The glyphs that drawings of a family may have, with their names; all of them for any other family."""
    codes = TILES_OF.get(family, range(len(GLYPHS)))
    return ", ".join(f"{GLYPHS[code]} {NAMES[code]}" for code in codes)


def _looks_like(asked: str, glyphs: set[str]) -> str:
    """The family that may have all these glyphs, but for those that are no tiles; the one asked for first."""
    codes = {CODE_OF_GLYPH[glyph] for glyph in glyphs if glyph in CODE_OF_GLYPH}
    families = [family for family in (asked, *TILES_OF) if codes <= {*TILES_OF.get(family, ())}]
    return families[0] if families else asked


def _code(place: str, column: int, glyph: str, legend: Callable[[], str]) -> int:
    if glyph not in CODE_OF_GLYPH:
        shown = _NAMES_OF_BLANKS.get(glyph, ascii(glyph))
        raise LevelError(f"{place}, column {column}: {shown} is not a tile. Use {legend()}.")
    return CODE_OF_GLYPH[glyph]


def _note(line: str) -> dict[str, str]:
    match = _NOTE.fullmatch(line)
    return {match[1]: match[2].strip()} if match else {}


def _seed(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,19}", text):
        raise LevelError(
            f"the comment {shortened(f'seed: {text}')} holds no seed. Give a number of at most 19 digits, "
            "or remove the comment."
        )
    return int(text)


FORMAT = LevelFormat(suffix=".txt", about="a drawing in text", read=read, write=write, lines=lines)
