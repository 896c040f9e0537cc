"""Estimates under each other with their intervals, as inline SVG."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape

from gamemeta.evaluation.page.charts import Axis
from gamemeta.evaluation.statistics.adaptation import Interval

WIDTH, ROW = 520, 40
"""Width of the chart and height of a row, in units of the view box; about a pixel each."""
LEFT, RIGHT, TOP, BOTTOM = 170, 16, 30, 52
"""Margins of the plot; labels stand on the left."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One estimate with its 95% interval; `points` are what it is the mean of."""

    name: str
    """Class that the page colours."""
    label: str
    interval: Interval
    points: Sequence[float] = field(default_factory=tuple)

    @property
    def lowest(self) -> float:
        """The least number that is drawn."""
        return min(self.interval.low, *self.points, self.interval.value)

    @property
    def highest(self) -> float:
        """The greatest number that is drawn."""
        return max(self.interval.high, *self.points, self.interval.value)


def interval_chart(
    rows: Sequence[Row], axis: Axis, *, shade: tuple[float, float], label: str, title: str
) -> str:
    """Rows from the top down over one axis.

    Args:
        rows: what to draw.
        axis: along the foot.
        shade: a range of the axis to set off, in either order.
        label: what that range is, above it.
        title: what the chart shows, for those who cannot see it.
    """
    bottom = TOP + ROW * len(rows)

    def across(value: float) -> float:
        share = (value - axis.start) / (axis.end - axis.start)
        return LEFT + min(max(share, 0.0), 1.0) * (WIDTH - LEFT - RIGHT)

    start, end = sorted(map(across, shade))
    parts = [
        f'<svg class="chart" viewBox="0 0 {WIDTH} {bottom + BOTTOM}" role="img" '
        f'aria-label="{escape(title, quote=True)}">',
        f'<rect class="shade" x="{start:.1f}" y="{TOP}" width="{end - start:.1f}" height="{bottom - TOP}"/>',
        f'<text x="{_kept_inside((start + end) / 2):.1f}" y="{TOP - 9}">{escape(label)}</text>',
    ]
    for value, text in axis.ticks:
        parts.append(f'<path class="grid" d="M{across(value):.1f} {TOP}V{bottom}"/>')
        parts.append(f'<text x="{across(value):.1f}" y="{bottom + 20}">{escape(text)}</text>')
    for k, row in enumerate(rows):
        y = TOP + ROW * (k + 0.5)
        low, value, high = map(across, (row.interval.low, row.interval.value, row.interval.high))
        parts.append(f'<g class="{escape(row.name)}"><path class="whisker" d="M{low:.1f} {y}H{high:.1f}"/>')
        parts += [f'<circle class="point" cx="{across(x):.1f}" cy="{y + 11}" r="2.5"/>' for x in row.points]
        parts.append(f'<circle class="dot" cx="{value:.1f}" cy="{y}" r="5"/></g>')
        parts.append(f'<text class="left" x="{LEFT - 12}" y="{y + 4.5}">{escape(row.label)}</text>')
    middle = (LEFT + WIDTH - RIGHT) / 2
    parts.append(f'<path class="axis" d="M{LEFT} {bottom}H{WIDTH - RIGHT}"/>')
    parts.append(f'<text x="{middle}" y="{bottom + BOTTOM - 7}">{escape(axis.title)}</text></svg>')
    return "".join(parts)


def _kept_inside(x: float) -> float:
    """Where a short label in the middle of a range can stand without leaving the chart."""
    return min(max(x, LEFT), WIDTH - RIGHT - 40)
