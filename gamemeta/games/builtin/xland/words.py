"""The game `xland` for people: its grid as text, what the letters mean, and what happened in a step."""

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.families.xland import encoding as e
from gamemeta_levels.families.xland.words import tile_name, with_article

_SHAPES = {e.BALL: "B", e.SQUARE: "S", e.PYRAMID: "P", e.GOAL: "G", e.KEY: "K", e.HEX: "H", e.STAR: "T"}
_DOORS = {e.LOCKED: "X", e.CLOSED: "+", e.OPEN: "/"}
_COLOURS = "-rgbpyekownm"
"""Letters of the colours: grey is e, black k, brown n, and pink m."""
_AGENT = "^>v<"
_LOOKS = ("up", "right", "down", "left")

Board = NDArray[np.uint8]


def glyph(tile: int) -> str:
    """Two characters for a tile: a letter for its shape, and one for its colour."""
    shape, colour = divmod(tile, e.COLOURS)
    if shape in _SHAPES or shape in _DOORS:
        return (_SHAPES | _DOORS)[shape] + _COLOURS[colour]
    return {e.WALL: "##", e.FLOOR: " ."}.get(shape, "  ")


def drawing(board: Board, agent: tuple[int, int, int, int]) -> list[str]:
    """The grid as lines of text; the agent is an arrow that points where it looks."""
    row, column, direction, _ = agent
    cells = [[glyph(int(tile)) for tile in tiles] for tiles in board]
    cells[row][column] = f" {_AGENT[direction]}"
    return [" ".join(line).replace("## ##", "#####").replace("## ##", "#####") for line in cells]


def legend(board: Board, agent: tuple[int, int, int, int]) -> list[str]:
    """What the agent does and holds, and what the letters on the board mean."""
    _, _, direction, held = agent
    things = [int(tile) for tile in np.unique(board) if int(tile) // e.COLOURS in _SHAPES]
    doors = {int(tile) // e.COLOURS for tile in np.unique(board)} & set(_DOORS)
    means = [f"{glyph(tile)} {tile_name(tile)}" for tile in things]
    means += [f"{_DOORS[shape]} {_door_name(shape)}" for shape in sorted(doors)]
    lines = [f"looks {_LOOKS[direction]}, holds {_a(held)}"]
    for first in range(0, len(means), 3):
        lines.append("   ".join(word.ljust(18) for word in means[first : first + 3]).rstrip())
    return lines


def events(was: Board, now: Board, *, held: tuple[int, int], reached: bool) -> tuple[str, ...]:
    """What a step changed, in sentences.

    Args:
        was, now: the board before and after it.
        held: tiles held before and after it.
        reached: whether it reached the goal.
    """
    sentences = []
    before, after = held
    places = np.argwhere(was != now).tolist()
    changes = [(int(was[row, column]), int(now[row, column])) for row, column in places]
    if not before and after:
        taken = next((old for old, new in changes if new == e.FLOOR_TILE), after)
        sentences.append(f"took {_a(taken)}")
        changes = [change for change in changes if change != (taken, e.FLOOR_TILE)]
        if taken != after:
            sentences.append(f"it turned into {_a(after)}")
    elif before and not after:
        sentences.append(f"put down {_a(before)}")
        changes = [change for change in changes if change != (e.FLOOR_TILE, before)]
    for old, new in changes:
        if old // e.COLOURS in _DOORS:
            sentences.append("opened a door" if new // e.COLOURS == e.OPEN else "closed a door")
        elif new == e.FLOOR_TILE:
            sentences.append(f"{_a(old)} vanished")
        elif old == e.FLOOR_TILE:
            sentences.append(f"{_a(new)} appeared")
        else:
            sentences.append(f"{_a(old)} turned into {_a(new)}")
    if reached:
        sentences.append("reached the goal")
    return tuple(sentences)


def _a(tile: int) -> str:
    return "nothing" if tile in (e.EMPTY, e.FLOOR_TILE) else with_article(tile)


def _door_name(shape: int) -> str:
    return {e.LOCKED: "locked door", e.CLOSED: "door", e.OPEN: "open door"}[shape]
