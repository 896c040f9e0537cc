"""How often values of one feature occur, as SVG in the colours of the page."""

import numpy as np
from markupsafe import Markup, escape
from numpy.typing import NDArray

from gamemeta_levels.inspection.expressive_range import edges_of
from gamemeta_levels.inspection.measures import Measure

Values = NDArray[np.float64]
WIDE, TALL, FOOT = 300.0, 96.0, 100.0
"""Width, height of the fullest bin, and the axis, in units of the view box."""
MOST_BINS = 24


def histogram(
    values: Values,
    feature: Measure,
    *,
    behind: Values | None = None,
    allowed: tuple[float, float] | None = None,
) -> Markup:
    """Columns of the share of levels in each bin.

    Args:
        values: finite, [N] with N at least 1.
        feature: what they are.
        behind: of other levels, drawn as outlines behind.
        allowed: the range of the generator's parameter, drawn below the axis.
    """
    others = behind if behind is not None else values[:0]
    ends = np.array(allowed if allowed is not None else ())
    everything = np.concatenate([values, others, ends])
    edges = edges_of(everything, MOST_BINS)
    columns = [np.histogram(one, edges)[0] / max(len(one), 1) for one in (others, values)]
    fullest = max(float(one.max()) for one in columns)
    title = f"{feature.title} of {len(values)} levels"
    parts = [f'<svg class="spread" viewBox="0 0 {WIDE:.0f} 130" role="img" aria-label="{escape(title)}">']
    for name, shares in zip(("others", "these"), columns, strict=True):
        parts.append(f'<path class="{name}" d="{_columns(shares / fullest)}"/>')
    parts.append(f'<path class="axis" d="M0 {FOOT:.0f}h{WIDE:.0f}"/>')

    def place(value: float) -> float:
        return WIDE * float((value - edges[0]) / (edges[-1] - edges[0]))

    if allowed is not None:
        low, high = place(allowed[0]), place(allowed[1])
        parts.append(f'<path class="allowed" d="M{low:.1f} 105h{max(high - low, 3):.1f}"/>')
    parts.append(f'<path class="mean" d="M{place(float(values.mean())):.1f} 4V{FOOT:.0f}"/>')
    first, last = feature.shown(float(everything.min())), feature.shown(float(everything.max()))
    parts.append(f'<text x="0" y="125">{first}</text><text class="last" x="{WIDE:.0f}" y="125">{last}</text>')
    return Markup("".join([*parts, "</svg>"]))


def _columns(heights: Values) -> str:
    """A path of columns [bins], as shares of the full height."""
    step = WIDE / len(heights)
    return "".join(
        f"M{step * (k + 0.06):.1f} {FOOT:.1f}v-{TALL * tall:.1f}h{step * 0.88:.1f}v{TALL * tall:.1f}z"
        for k, tall in enumerate(heights)
        if tall > 0
    )
