"""A level from above and the agent's scores on it, as SVG in the colours of the page."""

from collections.abc import Iterable

import numpy as np
from markupsafe import Markup, escape
from numpy.typing import NDArray

from gamemeta_levels.tiles import GOAL, MOVES, SPAWN, WALL

MOST_COLUMNS, FEW_COLUMNS = 10, 5
"""Columns of a chart, and how many of them still have room for figures."""
LOWEST, HIGHEST = -1.0, 1.1
"""Scores that a chart has room for; columns of others end there."""
TILE = 10


def level_picture(
    tiles: NDArray[np.uint8], distance: NDArray[np.uint16], spawn: NDArray[np.int32], *, title: str
) -> Markup:
    """A level from above: walls, spawn, goal, and a shortest way dotted.

    Args:
        tiles: [H, W].
        distance: [H, W], steps to the goal.
        spawn: row and column.
        title: for those who cannot see it.
    """
    height, width = tiles.shape
    parts = [_open(width * TILE, height * TILE, title, "level")]
    parts.append(f'<rect class="wall" width="{width * TILE}" height="{height * TILE}"/>')
    parts.append(f'<path class="floor" d="{runs_of(tiles != WALL)}"/>')
    way = _points([_centre(place) for place in _shortest_path(distance, (int(spawn[0]), int(spawn[1])))])
    parts.append(f'<polyline class="way" points="{way}"/>')
    for row, column in np.argwhere(tiles == GOAL):
        x, y = _centre((int(row), int(column)))
        r = TILE * 0.42
        parts.append(f'<path class="goal" d="M{x} {y - r}L{x + r} {y}L{x} {y + r}L{x - r} {y}Z"/>')
    for row, column in np.argwhere(tiles == SPAWN):
        x, y = _centre((int(row), int(column)))
        parts.append(f'<circle class="spawn" cx="{x}" cy="{y}" r="{TILE * 0.36:.1f}"/>')
    return Markup("".join([*parts, "</svg>"]))


def episode_columns(scores: NDArray[np.float64], *, title: str, unit: float = 1.0) -> Markup:
    """A small column for each episode, at most `MOST_COLUMNS`; those below 0 hang from the line of 0.

    Args:
        scores: by episode.
        title: for those who cannot see it.
        unit: the score that fills a column.
    """
    parts_of_unit = scores / unit
    shown = np.unique(np.linspace(0, len(scores) - 1, min(len(scores), MOST_COLUMNS)).round().astype(int))
    wide, foot, tall = 150.0, 60.0, 48.0
    step, lowest = wide / len(shown), max(LOWEST, min(0.0, *(float(parts_of_unit[k]) for k in shown)))
    pixels = tall / (HIGHEST - lowest)
    zero = foot + lowest * pixels
    parts = [_open(int(wide), 74, title, "columns")]
    if lowest < 0:
        parts.append(f'<path class="zero" d="M0 {zero:.1f}h{wide:.0f}"/>')
    for place, k in enumerate(shown):
        height = pixels * min(max(float(parts_of_unit[k]), lowest), HIGHEST)
        x, middle, top = step * place, step * (place + 0.5), zero - max(height, 0.0)
        parts.append(
            f'<rect x="{x + step * 0.14:.1f}" y="{top:.1f}" width="{step * 0.72:.1f}" '
            f'height="{max(abs(height), 1):.1f}" rx="1.5"/>'
        )
        few = len(shown) <= FEW_COLUMNS
        if few:
            parts.append(
                f'<text x="{middle:.1f}" y="{top - 4:.1f}">{round(float(scores[k]), 2) + 0.0:,.2f}</text>'
            )
        if few or place in (0, len(shown) - 1):
            parts.append(f'<text x="{middle:.1f}" y="72">{k + 1}</text>')
    return Markup("".join([*parts, "</svg>"]))


def _open(width: int, height: int, title: str, name: str) -> str:
    return f'<svg class="{name}" viewBox="0 0 {width} {height}" role="img" aria-label="{escape(title)}">'


def _points(places: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{px:.1f},{py:.1f}" for px, py in places)


def runs_of(wanted: NDArray[np.bool_]) -> str:
    """These tiles as one path: a rectangle for each run of them in a row."""
    runs = []
    for row, line in enumerate(wanted):
        ends = np.flatnonzero(np.diff(np.pad(line.astype(np.int8), 1)))
        for start, stop in ends.reshape(-1, 2):
            wide = (stop - start) * TILE
            runs.append(f"M{start * TILE} {row * TILE}h{wide}v{TILE}h-{wide}z")
    return "".join(runs)


def _shortest_path(distance: NDArray[np.uint16], place: tuple[int, int]) -> list[tuple[int, int]]:
    """Down the distances from a place to the goal; it stops where no neighbour is one step nearer."""
    height, width = distance.shape
    path = [place]
    while distance[place] > 0:
        near = [(place[0] + down, place[1] + right) for down, right in MOVES]
        inside = [(r, c) for r, c in near if 0 <= r < height and 0 <= c < width]
        nearer = [at for at in inside if int(distance[at]) == int(distance[place]) - 1]
        if not nearer:
            break
        place = nearer[0]
        path.append(place)
    return path


def _centre(place: tuple[int, int]) -> tuple[float, float]:
    return (place[1] + 0.5) * TILE, (place[0] + 0.5) * TILE
