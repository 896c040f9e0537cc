"""Charts as inline SVG. Colours are left to the page: each part names its class."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.tiles import GOAL, MOVES, SPAWN, WALL

SIZE = (520, 320)
"""Width and height of a chart in units of the view box; about a pixel each."""
LEFT, RIGHT, TOP, BOTTOM = 66, 14, 12, 52
"""Margins of the plot."""
MOST_TICKS = 10
TILE = 10

Values = Sequence[float] | NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Series:
    """One line of a chart; `low` and `high` are its 95% interval."""

    name: str
    """Class that the page colours."""
    x: Values
    y: Values
    low: Values | None = None
    high: Values | None = None


@dataclass(frozen=True, kw_only=True)
class Axis:
    """From `start` to `end`, with labels at some values."""

    title: str
    start: float
    end: float
    ticks: Sequence[tuple[float, str]]


def line_chart(
    series: Iterable[Series],
    x: Axis,
    y: Axis,
    *,
    title: str,
    markers: bool = True,
    whiskers: bool = False,
    size: tuple[int, int] = SIZE,
) -> str:
    """Lines with their intervals, as bands or as whiskers; what lies outside the axes is clipped.

    Args:
        series: drawn in order, the last on top.
        x, y: the axes.
        title: what the chart shows, for those who cannot see it.
        markers: whether to mark the points.
        whiskers: draw intervals as whiskers instead of bands.
        size: width and height.
    """
    plot = _Plot(size, x, y)
    parts = [_open(*size, title, "chart" if size == SIZE else "chart small"), *plot.axes()]
    for one in series:
        places = list(zip(plot.across(one.x), plot.up(one.y), strict=True))
        parts.append(f'<g class="{escape(one.name)}">')
        if one.low is not None and one.high is not None:
            low, high = plot.up(one.low), plot.up(one.high)
            draw = _whiskers if whiskers else _band
            parts.append(draw([px for px, _ in places], low, high))
        parts.append(f'<polyline class="line" points="{_points(places)}"/>')
        if markers:
            parts += [f'<circle class="dot" cx="{px:.1f}" cy="{py:.1f}" r="4"/>' for px, py in places]
        parts.append("</g>")
    return "".join([*parts, "</svg>"])


def episode_axis(episodes: int) -> Axis:
    """Episodes 1 to K with at most `MOST_TICKS` labels."""
    step = -(-episodes // MOST_TICKS)
    shown = [1, *(k for k in range(2, episodes + 1) if k % step == 0 and k > step)]
    room = 0.15 if episodes > 1 else 0.5
    return Axis(
        title="episode of the trial",
        start=1 - room,
        end=episodes + room,
        ticks=[(k, str(k)) for k in shown],
    )


def score_axis(lowest: float, highest: float) -> Axis:
    """From 0, or the lowest score where that is less, to 1, or the highest, in fifths."""
    first, last = min(0, int(np.floor(lowest * 5))), max(5, int(np.ceil(highest * 5)))
    step = max(1, (last - first) // 8)
    return Axis(
        title="score",
        start=first / 5 - 0.02,
        end=last / 5 + 0.03,
        ticks=[(k / 5, f"{k / 5:.1f}") for k in range(first, last + 1, step)],
    )


def level_picture(
    tiles: NDArray[np.uint8], distance: NDArray[np.uint16], spawn: NDArray[np.int32], *, title: str
) -> str:
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
    parts.append(f'<path class="floor" d="{_runs(tiles != WALL)}"/>')
    way = _points([_centre(place) for place in _way(distance, (int(spawn[0]), int(spawn[1])))])
    parts.append(f'<polyline class="way" points="{way}"/>')
    for row, column in np.argwhere(tiles == GOAL):
        x, y = _centre((int(row), int(column)))
        r = TILE * 0.42
        parts.append(f'<path class="goal" d="M{x} {y - r}L{x + r} {y}L{x} {y + r}L{x - r} {y}Z"/>')
    for row, column in np.argwhere(tiles == SPAWN):
        x, y = _centre((int(row), int(column)))
        parts.append(f'<circle class="spawn" cx="{x}" cy="{y}" r="{TILE * 0.36:.1f}"/>')
    return "".join([*parts, "</svg>"])


def episode_columns(scores: Values, *, title: str) -> str:
    """A small column for each episode, at most `MOST_TICKS`; one below 0 has no height."""
    shown = np.unique(np.linspace(0, len(scores) - 1, min(len(scores), MOST_TICKS)).round().astype(int))
    wide, tall = 150.0, 44.0
    step = wide / len(shown)
    parts = [_open(int(wide), 74, title, "columns")]
    for place, k in enumerate(shown):
        height = tall * min(max(float(scores[k]), 0.0), 1.1)
        x, middle = step * place, step * (place + 0.5)
        parts.append(
            f'<rect x="{x + step * 0.14:.1f}" y="{60 - height:.1f}" width="{step * 0.72:.1f}" '
            f'height="{max(height, 1):.1f}" rx="1.5"/>'
        )
        few = len(shown) <= 5
        if few:
            parts.append(
                f'<text x="{middle:.1f}" y="{56 - height:.1f}">{round(float(scores[k]), 2) + 0.0:.2f}</text>'
            )
        if few or place in (0, len(shown) - 1):
            parts.append(f'<text x="{middle:.1f}" y="72">{k + 1}</text>')
    return "".join([*parts, "</svg>"])


def _open(width: int, height: int, title: str, name: str) -> str:
    label = escape(title, quote=True)
    return f'<svg class="{name}" viewBox="0 0 {width} {height}" role="img" aria-label="{label}">'


@dataclass(frozen=True)
class _Plot:
    """Where values fall in a chart."""

    size: tuple[int, int]
    x: Axis
    y: Axis

    @property
    def right(self) -> int:
        return self.size[0] - RIGHT

    @property
    def bottom(self) -> int:
        return self.size[1] - BOTTOM

    def across(self, values: Values) -> list[float]:
        return [float(v) for v in LEFT + _share(values, self.x) * (self.right - LEFT)]

    def up(self, values: Values) -> list[float]:
        return [float(v) for v in self.bottom - _share(values, self.y) * (self.bottom - TOP)]

    def axes(self) -> list[str]:
        parts = []
        for at, (_, label) in zip(self.up([v for v, _ in self.y.ticks]), self.y.ticks, strict=True):
            parts.append(f'<path class="grid" d="M{LEFT} {at:.1f}H{self.right}"/>')
            parts.append(f'<text class="left" x="{LEFT - 8}" y="{at + 4.5:.1f}">{escape(label)}</text>')
        for at, (_, label) in zip(self.across([v for v, _ in self.x.ticks]), self.x.ticks, strict=True):
            parts.append(f'<text x="{at:.1f}" y="{self.bottom + 20}">{escape(label)}</text>')
        middle, centre = (LEFT + self.right) / 2, (TOP + self.bottom) / 2
        below = f'x="{middle}" y="{self.size[1] - 7}"'
        beside = f'transform="translate(15 {centre}) rotate(-90)"'
        parts.append(f'<path class="axis" d="M{LEFT} {self.bottom}H{self.right}"/>')
        parts.append(f"<text {below}>{escape(self.x.title)}</text>")
        parts.append(f"<text {beside}>{escape(self.y.title)}</text>")
        return parts


def _share(values: Values, axis: Axis) -> NDArray[np.float64]:
    share = (np.asarray(values, np.float64) - axis.start) / (axis.end - axis.start)
    return np.clip(share, 0.0, 1.0)


def _band(x: list[float], low: list[float], high: list[float]) -> str:
    there = list(zip(x, high, strict=True))
    back = list(zip(x, low, strict=True))[::-1]
    return f'<polygon class="band" points="{_points(there + back)}"/>'


def _whiskers(x: list[float], low: list[float], high: list[float]) -> str:
    lines = zip(x, low, high, strict=True)
    known = (f"M{px:.1f} {a:.1f}V{b:.1f}" for px, a, b in lines if np.isfinite(a + b))
    return f'<path class="whisker" d="{"".join(known)}"/>'


def _points(places: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{px:.1f},{py:.1f}" for px, py in places)


def _runs(wanted: NDArray[np.bool_]) -> str:
    """These tiles as one path: a rectangle for each run of them in a row."""
    found = []
    for row, line in enumerate(wanted):
        ends = np.flatnonzero(np.diff(np.pad(line.astype(np.int8), 1)))
        for start, stop in ends.reshape(-1, 2):
            wide = (stop - start) * TILE
            found.append(f"M{start * TILE} {row * TILE}h{wide}v{TILE}h-{wide}z")
    return "".join(found)


def _way(distance: NDArray[np.uint16], place: tuple[int, int]) -> list[tuple[int, int]]:
    """Down the distances from a place to the goal; it stops where no neighbour is one step nearer."""
    height, width = distance.shape
    way = [place]
    while distance[place] > 0:
        near = [(place[0] + down, place[1] + right) for down, right in MOVES]
        inside = [(r, c) for r, c in near if 0 <= r < height and 0 <= c < width]
        nearer = [at for at in inside if int(distance[at]) == int(distance[place]) - 1]
        if not nearer:
            break
        place = nearer[0]
        way.append(place)
    return way


def _centre(place: tuple[int, int]) -> tuple[float, float]:
    return (place[1] + 0.5) * TILE, (place[0] + 0.5) * TILE
