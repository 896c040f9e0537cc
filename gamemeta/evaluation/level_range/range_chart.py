"""Levels by two features, drawn by matplotlib alike on the page and in the figure."""

import io
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.evaluation.level_range.level_stats import LevelStats
from gamemeta.evaluation.page.charts import CARD, GRID, PLAIN_WORDS, SOFT, TICK_PAD, check_matplotlib
from gamemeta.evaluation.page.players import LOOKS
from gamemeta.evaluation.playtest.heat_picture import SHADES, shades
from gamemeta.files import write_atomically
from gamemeta_levels.inspection.expressive_range import ExpressiveRange
from gamemeta_levels.inspection.features import described
from gamemeta_levels.text import in_one_line, plain_number

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis

FORMATS = (".png", ".svg")
SETTINGS: Any = {**PLAIN_WORDS, "svg.hashsalt": "gamemeta", "svg.fonttype": "none", "font.size": 11.0}
SIZE_INCHES, DOTS_PER_INCH = (7.2, 5.0), 180
CELL, POINT, UNLIKE = (LOOKS[name].light for name in ("agent", "revealed", "reset_trained"))
"""Colours of cells, of points among them, and of points far from them."""
FAINTEST, DARKEST = 0.14, 0.9
MOST_LABELS, LABEL_LETTERS = 12, 28
"""Points that are named, those far from all cells first, and most letters of a name."""
LABEL_GAP = 0.045
"""Least distance of two names, as a share of the height."""
MOST_TICKS = 6


def draw_range(axes: "Axes", drawn: ExpressiveRange, names: Sequence[str] = ()) -> None:
    """Cells as dark as they are full, points in front of them.

    Args:
        axes: where to draw.
        drawn: what to draw.
        names: of the points.
    """
    from matplotlib.patches import PathPatch

    most = int(drawn.counts.max(initial=0))
    for number, cells in enumerate(shades(drawn.counts, most)):
        if cells.any():
            alpha = FAINTEST + (DARKEST - FAINTEST) * number / (SHADES - 1)
            path = _cells(cells, drawn)
            axes.add_patch(PathPatch(path, facecolor=CELL, alpha=alpha, lw=0, antialiased=False))
    for unlike, colour, marker in ((False, POINT, "o"), (True, UNLIKE, "D")):
        some = drawn.points[drawn.unlike == unlike]
        axes.plot(some[:, 0], some[:, 1], marker, color=colour, ms=6.5, mec=CARD, mew=1.2, clip_on=False)
    for axis, edges, name in zip((axes.xaxis, axes.yaxis), drawn.edges, drawn.names, strict=True):
        _dress(axis, name, edges)
    axes.tick_params(colors=SOFT, length=0, pad=TICK_PAD)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.spines["bottom"].set_color(SOFT)
    axes.grid(color=GRID)
    axes.set_axisbelow(True)
    axes.set_facecolor("none")
    _name_points(axes, drawn, names)


def write_range(stats: LevelStats, path: Path) -> None:
    """Draw the range into a .png or .svg file, whole or not at all.

    Raises:
        ConfigError: there is nothing to draw, or matplotlib is not installed.
        OSError: the file cannot be written.
    """
    drawn = stats.need_range()
    check_matplotlib()
    import matplotlib
    from matplotlib.figure import Figure

    buffer, form = io.BytesIO(), path.suffix.lower().lstrip(".")
    with matplotlib.rc_context(SETTINGS):
        figure = Figure(figsize=SIZE_INCHES, layout="constrained")
        axes = figure.add_subplot()
        draw_range(axes, drawn, stats.names)
        axes.set_title(heading(stats, drawn), loc="left", fontsize="medium", pad=12)
        metadata = {"Date": None} if form == "svg" else None
        figure.savefig(buffer, format=form, dpi=DOTS_PER_INCH, metadata=metadata)
    write_atomically(path, buffer.getvalue())


def heading(stats: LevelStats, drawn: ExpressiveRange) -> str:
    """What the picture shows, in a line or two."""
    counted, most = int(drawn.counts.sum()), int(drawn.counts.max(initial=0))
    family = in_one_line(stats.report.family, 40)
    cells = f"{counted:,} generated levels of {family}, at most {most:,} in a cell"
    if not stats.names:
        return cells
    points = int(np.isfinite(drawn.points).all(1).sum())
    far = f", {len(stats.unlike):,} of them far from every cell" if stats.unlike else ""
    return f"{in_one_line(stats.source, 60)}: {points:,} points{far}\nbehind them {cells}"


def _cells(cells: NDArray[np.bool_], drawn: ExpressiveRange) -> Any:
    """These cells as one path."""
    from matplotlib.path import Path as Outline

    x, y = drawn.edges
    corners = [
        [(x[i], y[j]), (x[i + 1], y[j]), (x[i + 1], y[j + 1]), (x[i], y[j + 1]), (x[i], y[j])]
        for i, j in np.argwhere(cells)
    ]
    codes = [Outline.MOVETO, *[Outline.LINETO] * 3, Outline.CLOSEPOLY] * len(corners)
    return Outline(np.concatenate(corners), codes)


def _dress(axis: "Axis", name: str, edges: NDArray[np.float64]) -> None:
    """Limits, words and ticks of one axis."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    feature = described(name)
    margin = (edges[-1] - edges[0]) / 50
    axis.axes.set(**{f"{axis.axis_name}lim": (edges[0] - margin, edges[-1] + margin)})  # type: ignore[attr-defined]
    unit = f", {feature.unit}" if feature.unit and not feature.share else ""
    axis.set_label_text(f"{feature.title}{unit}", color=SOFT)
    whole = bool((edges - edges[0] == np.round(edges - edges[0])).all())
    axis.set_major_locator(MaxNLocator(MOST_TICKS, integer=whole))
    axis.set_major_formatter(FuncFormatter(partial(_tick, share=feature.share)))


def _tick(value: float, _: int, *, share: bool) -> str:
    return f"{plain_number(round(100 * value, 7))}%" if share else plain_number(round(value, 9))


def _name_points(axes: "Axes", drawn: ExpressiveRange, names: Sequence[str]) -> None:
    """Names of the points, those far from all cells first, beside them and apart from each other."""
    known = np.flatnonzero(np.isfinite(drawn.points).all(1))
    named = sorted(known[: len(names)], key=lambda row: not drawn.unlike[row])[:MOST_LABELS]
    (left, right), (foot, top) = axes.get_xlim(), axes.get_ylim()
    taken: dict[bool, float] = {}
    for row in sorted(named, key=lambda row: float(drawn.points[row, 1])):
        x, y = drawn.points[row]
        on_left = bool(x > (left + right) / 2)
        height = max((y - foot) / (top - foot), taken.get(on_left, 0.0) + LABEL_GAP)
        taken[on_left] = height
        axes.annotate(
            in_one_line(names[row], LABEL_LETTERS),
            (x, y),
            xytext=(-14 if on_left else 14, (height * (top - foot) + foot)),
            textcoords=("offset points", "data"),
            ha="right" if on_left else "left",
            va="center",
            fontsize="small",
            color=UNLIKE if drawn.unlike[row] else POINT,
            bbox={"facecolor": CARD, "alpha": 0.75, "lw": 0, "pad": 1.5},
            arrowprops={"arrowstyle": "-", "color": SOFT, "lw": 0.6, "alpha": 0.6},
        )
