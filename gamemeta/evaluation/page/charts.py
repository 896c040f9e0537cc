"""Charts of an evaluation, drawn by matplotlib alike on the page and in the figure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import ceil, floor, isfinite, log10
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.errors import ConfigError
from gamemeta.evaluation.page.players import FIRST, LOOKS, Look
from gamemeta.evaluation.statistics.intervals import Interval
from gamemeta_levels.packages import install_command
from gamemeta_levels.text import plain_number

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PLAIN_WORDS: Any = {"text.parse_math": False, "text.usetex": False}
"""Settings of matplotlib by which a `$` in a name is a dollar."""
SOFT, GRID, CARD = "#5d6074", "#ece8de", "#ffffff"
"""Colours of words, of the grid and behind the chart."""
MOST_TICKS = 10
BESIDE = 0.05
"""Distance of players beside each other where there is one episode."""
LEAST_POINTS, APART_PIXELS = 7.0, 4.0
"""Size below which words are not made smaller, and the least distance between them."""
SLACK = 0.05
"""How far a score may lie below the lowest number of an axis."""
OVERHANG = 0.3
"""Most that an axis grows for an interval: that of two training seeds may be wider than all scores."""
RETURN_TICKS, LEAST_SPAN = 6, 1e-6
"""About how many parts an axis of returns has, and below what length it is made 1 long."""
BAND_ALPHA, WHISKER_ALPHA = 0.17, 0.65
LINE_POINTS, DASHED_POINTS, DOT_POINTS = 2.5, 1.75, 7.0
TICK_PAD = 8.0
"""Widths of lines, the size of a marker, and the distance of words from an axis."""

Values = Sequence[float] | NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Series:
    """One line of a chart; `low` and `high` are its 95% interval."""

    name: str
    """A player, or `first`."""
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


@dataclass(frozen=True, kw_only=True)
class Row:
    """One estimate with its 95% interval; `points` are what it is the mean of."""

    name: str
    interval: Interval
    points: Sequence[float] = field(default_factory=tuple)
    title: str = ""
    """Beside the row; that of the player `name` if empty."""

    @property
    def lowest(self) -> float:
        """The least number that an axis has room for."""
        return min(max(self.interval.low, self.interval.value - OVERHANG), *self.points, self.interval.value)

    @property
    def highest(self) -> float:
        """The greatest number that an axis has room for."""
        return max(min(self.interval.high, self.interval.value + OVERHANG), *self.points, self.interval.value)


def check_matplotlib() -> None:
    """Raises:
    ConfigError: matplotlib is not installed.
    """
    try:
        import matplotlib.figure  # noqa: F401
    except ImportError as error:
        raise ConfigError(f"charts need matplotlib ({error}). Run: {install_command('report')}") from error


def look_of(name: str) -> Look:
    """Colour, line and marker of a series."""
    return FIRST if name == "first" else LOOKS[name]


def draw_lines(
    axes: "Axes", series: Iterable[Series], x: Axis, y: Axis, *, markers: bool = True, whiskers: bool = False
) -> None:
    """Lines with their intervals, as bands or as whiskers; what lies outside the axes is clipped.

    Args:
        axes: where to draw.
        series: in order, the last on top.
        x, y: the axes.
        markers: whether to mark the points.
        whiskers: draw intervals as whiskers instead of bands.
    """
    series = list(series)
    for number, one in enumerate(series):
        look, alone = look_of(one.name), len(one.x) == 1
        places, level = np.asarray(one.x, np.float64), np.asarray(one.y, np.float64)
        if alone and one.low is None:
            places, level = places + np.array([-0.4, 0.4]), np.repeat(level, 2)
        elif alone:
            places = places + BESIDE * (number - len(series) / 2)
        if one.low is not None and one.high is not None:
            low, high = np.asarray(one.low, np.float64), np.asarray(one.high, np.float64)
            known = np.isfinite(low) & np.isfinite(high)
            if whiskers or alone:
                axes.vlines(places[known], low[known], high[known], look.light, alpha=WHISKER_ALPHA, lw=2)
            else:
                axes.fill_between(places, low, high, known, color=look.light, alpha=BAND_ALPHA, lw=0)
        axes.plot(
            places,
            level,
            look.line,
            color=look.light,
            lw=LINE_POINTS if look.line == "-" else DASHED_POINTS,
            marker=look.marker if markers else "",
            ms=DOT_POINTS,
            mec=CARD,
            label=look.title,
        )
    _dress(axes, x, y.title)
    axes.set_ylim(y.start, y.end)
    axes.set_yticks([value for value, _ in y.ticks], [text for _, text in y.ticks])
    axes.grid(axis="y", color=GRID)


def draw_intervals(
    axes: "Axes", rows: Sequence[Row], axis: Axis, *, shade: tuple[float, float], label: str
) -> None:
    """Estimates under each other with their intervals.

    Args:
        axes: where to draw.
        rows: from the top down.
        axis: along the foot.
        shade: a range of the axis to set off, in either order.
        label: what that range is, above it.
    """
    axes.axvspan(*sorted(shade), color=LOOKS["agent"].light, alpha=0.1, lw=0)
    axes.text(
        sum(shade) / 2,
        1.02,
        label,
        color=SOFT,
        ha="center",
        va="bottom",
        transform=axes.get_xaxis_transform(),
    )
    for k, row in enumerate(rows):
        colour = LOOKS[row.name].light
        if isfinite(row.interval.low):
            axes.hlines(k, row.interval.low, row.interval.high, colour, alpha=WHISKER_ALPHA, lw=2)
        axes.plot(row.points, [k + 0.28] * len(row.points), "o", color=colour, alpha=0.7, ms=5, mew=0)
        axes.plot(row.interval.value, k, "o", color=colour, ms=10, mec=CARD, mew=1.5)
    _dress(axes, axis, "")
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_yticks(range(len(rows)), [row.title or LOOKS[row.name].title for row in rows])
    axes.grid(axis="x", color=GRID)


def _dress(axes: "Axes", x: Axis, y_title: str) -> None:
    """Words, ticks and frame."""
    axes.set_xlim(x.start, x.end)
    axes.set_xticks([value for value, _ in x.ticks], [text for _, text in x.ticks])
    axes.set_xlabel(x.title, color=SOFT)
    axes.set_ylabel(y_title, color=SOFT, labelpad=TICK_PAD)
    axes.tick_params(colors=SOFT, length=0, pad=TICK_PAD)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.spines["bottom"].set_color(SOFT)
    axes.set_axisbelow(True)
    axes.set_facecolor("none")


def keep_labels_apart(figure: "Figure") -> None:
    """Make the words below axes smaller until they do not touch, then leave out every second of them."""
    for axes in figure.axes:
        while _touch(figure, axes):
            labels = [label for label in axes.get_xticklabels() if label.get_visible()]
            size = float(labels[0].get_fontsize())
            if size > LEAST_POINTS:
                axes.tick_params(axis="x", labelsize=max(LEAST_POINTS, size - 1))
            else:
                for label in labels[1::2]:
                    label.set_visible(False)


def _touch(figure: "Figure", axes: "Axes") -> bool:
    figure.draw_without_rendering()
    boxes = [label.get_window_extent() for label in axes.get_xticklabels() if label.get_visible()]
    return any(left.x1 + APART_PIXELS > right.x0 for left, right in pairwise(boxes))


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


def return_axis(lowest: float, highest: float, title: str = "return") -> Axis:
    """From a round number below the lowest return to one above the highest."""
    if highest - lowest < LEAST_SPAN:
        lowest, highest = lowest - 0.5, highest + 0.5
    power = 10.0 ** floor(log10((highest - lowest) / RETURN_TICKS))
    step = next(k * power for k in (1, 2, 5, 10) if k * power * RETURN_TICKS >= highest - lowest)
    first, last = floor(lowest / step), ceil(highest / step)
    margin = (last - first) * step / 50
    return Axis(
        title=title,
        start=first * step - margin,
        end=last * step + margin,
        ticks=[(k * step, plain_number(round(k * step, 9))) for k in range(first, last + 1)],
    )


def score_axis(lowest: float, highest: float, title: str = "score") -> Axis:
    """From 0, or the lowest score where that is less, to 1, or the highest, in fifths."""
    first, last = min(0, int(np.floor((lowest + SLACK) * 5))), max(5, int(np.ceil(highest * 5)))
    step = max(1, (last - first) // 8)
    return Axis(
        title=title,
        start=min(first / 5, lowest) - 0.02,
        end=last / 5 + 0.03,
        ticks=[(k / 5, f"{k / 5:.1f}") for k in range(first, last + 1, step)],
    )
